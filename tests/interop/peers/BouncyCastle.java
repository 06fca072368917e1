import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.crypto.agreement.ECDHBasicAgreement;
import org.bouncycastle.crypto.digests.SM3Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.engines.SM2Engine;
import org.bouncycastle.crypto.engines.SM4Engine;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithID;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.SM2Signer;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.util.encoders.Hex;

/** Answers one line for each line of stdin: an operation and its arguments in hex ("-" for none). */
public class BouncyCastle {
  static final X9ECParameters CURVE = CustomNamedCurves.getByName("sm2p256v1");
  static final ECDomainParameters SM2 =
      new ECDomainParameters(CURVE.getCurve(), CURVE.getG(), CURVE.getN(), CURVE.getH());
  static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();

  static ECPrivateKeyParameters secret(byte[] d) {
    return new ECPrivateKeyParameters(new BigInteger(1, d), SM2);
  }

  static ECPublicKeyParameters point(byte[] q) {
    return new ECPublicKeyParameters(SM2.getCurve().decodePoint(q), SM2);
  }

  static SM2Engine engine(String order) {
    return new SM2Engine(
        order.equals("c1c3c2") ? SM2Engine.Mode.C1C3C2 : SM2Engine.Mode.C1C2C3);
  }

  static byte[] gcm(boolean seal, byte[][] a) throws Exception {
    GCMBlockCipher cipher = new GCMBlockCipher(new SM4Engine());
    cipher.init(seal, new AEADParameters(new KeyParameter(a[0]), 128, a[1], a[2]));
    byte[] out = new byte[cipher.getOutputSize(a[3].length)];
    int length = cipher.processBytes(a[3], 0, a[3].length, out, 0);
    cipher.doFinal(out, length);
    return out;
  }

  static byte[] answer(String operation, String option, byte[][] a) throws Exception {
    switch (operation) {
      case "encrypt": {
        SM2Engine engine = engine(option);
        engine.init(true, new ParametersWithRandom(point(a[0]), new SecureRandom()));
        return engine.processBlock(a[1], 0, a[1].length);
      }
      case "decrypt": {
        SM2Engine engine = engine(option);
        engine.init(false, secret(a[0]));
        return engine.processBlock(a[1], 0, a[1].length);
      }
      case "sign": {
        SM2Signer signer = new SM2Signer();
        signer.init(true, new ParametersWithID(
            new ParametersWithRandom(secret(a[0]), new SecureRandom()), a[1]));
        signer.update(a[2], 0, a[2].length);
        return signer.generateSignature();
      }
      case "verify": {
        SM2Signer signer = new SM2Signer();
        signer.init(false, new ParametersWithID(point(a[0]), a[1]));
        signer.update(a[2], 0, a[2].length);
        return new byte[] {(byte) (signer.verifySignature(a[3]) ? 1 : 0)};
      }
      case "ecdh": {
        ECDHBasicAgreement agreement = new ECDHBasicAgreement();
        agreement.init(secret(a[0]));
        byte[] x = agreement.calculateAgreement(point(a[1])).toByteArray();
        byte[] out = new byte[32];
        int skip = Math.max(0, x.length - 32);
        System.arraycopy(x, skip, out, 32 - (x.length - skip), x.length - skip);
        return out;
      }
      case "gcm-seal":
        return gcm(true, a);
      case "gcm-open":
        return gcm(false, a);
      case "hmac": {
        HMac mac = new HMac(new SM3Digest());
        mac.init(new KeyParameter(a[0]));
        mac.update(a[1], 0, a[1].length);
        byte[] out = new byte[32];
        mac.doFinal(out, 0);
        return out;
      }
      case "hkdf": {
        HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SM3Digest());
        hkdf.init(new HKDFParameters(a[0], a[1], a[2]));
        byte[] out = new byte[Integer.parseInt(option)];
        hkdf.generateBytes(out, 0, out.length);
        return out;
      }
      case "read-private": {
        ECPrivateKey key = (ECPrivateKey) KeyFactory.getInstance("EC", PROVIDER)
            .generatePrivate(new PKCS8EncodedKeySpec(a[0]));
        return key.getS().toByteArray();
      }
      case "read-public": {
        org.bouncycastle.jce.interfaces.ECPublicKey key =
            (org.bouncycastle.jce.interfaces.ECPublicKey) KeyFactory.getInstance("EC", PROVIDER)
                .generatePublic(new X509EncodedKeySpec(a[0]));
        return key.getQ().getEncoded(false);
      }
      case "generate": {
        java.security.KeyPairGenerator generator =
            java.security.KeyPairGenerator.getInstance("EC", PROVIDER);
        generator.initialize(new java.security.spec.ECGenParameterSpec("sm2p256v1"));
        java.security.KeyPair pair = generator.generateKeyPair();
        return option.equals("private")
            ? PrivateKeyInfo.getInstance(pair.getPrivate().getEncoded()).getEncoded("DER")
            : pair.getPublic().getEncoded();
      }
      default:
        throw new IllegalArgumentException(operation);
    }
  }

  public static void main(String[] arguments) throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line; (line = lines.readLine()) != null; ) {
      String[] words = line.split(" ");
      byte[][] a = new byte[words.length - 2][];
      for (int i = 2; i < words.length; i++) {
        a[i - 2] = words[i].equals("-") ? new byte[0] : Hex.decode(words[i]);
      }
      try {
        System.out.println("ok " + Hex.toHexString(answer(words[0], words[1], a)));
      } catch (Exception error) {
        System.out.println("error " + error);
      }
    }
  }
}
