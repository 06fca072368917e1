import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Collections;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.crypto.Mac;
import org.bouncycastle.crypto.StreamCipher;
import org.bouncycastle.crypto.engines.SM4Engine;
import org.bouncycastle.crypto.engines.Zuc128Engine;
import org.bouncycastle.crypto.macs.CBCBlockCipherMac;
import org.bouncycastle.crypto.macs.CMac;
import org.bouncycastle.crypto.macs.Zuc128Mac;
import org.bouncycastle.crypto.modes.CCMBlockCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.util.encoders.Hex;

/** Answers one line for each line of stdin: an operation and its arguments in hex ("-" for none). */
public class BouncyCastleMore {
  static final BouncyCastleProvider PROVIDER = new BouncyCastleProvider();

  static byte[] mac(Mac mac, byte[] message) {
    mac.update(message, 0, message.length);
    byte[] out = new byte[mac.getMacSize()];
    mac.doFinal(out, 0);
    return out;
  }

  static byte[] ccm(boolean seal, int tagBits, byte[][] a) throws Exception {
    CCMBlockCipher cipher = new CCMBlockCipher(new SM4Engine());
    cipher.init(seal, new AEADParameters(new KeyParameter(a[0]), tagBits, a[1], a[2]));
    return cipher.processPacket(a[3], 0, a[3].length);
  }

  static char[] passphrase(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8).toCharArray();
  }

  static PrivateKey privateKey(byte[] pkcs8) throws Exception {
    return KeyFactory.getInstance("EC", PROVIDER).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
  }

  static byte[] secret(PrivateKey key) {
    return ((ECPrivateKey) key).getS().toByteArray();
  }

  static byte[] answer(String operation, String option, byte[][] a) throws Exception {
    switch (operation) {
      case "ccm-seal":
        return ccm(true, Integer.parseInt(option), a);
      case "ccm-open":
        return ccm(false, Integer.parseInt(option), a);
      case "cmac": {
        Mac mac = new CMac(new SM4Engine());
        mac.init(new KeyParameter(a[0]));
        return mac(mac, a[1]);
      }
      case "cbc-mac": {
        Mac mac = new CBCBlockCipherMac(new SM4Engine(), 128);
        mac.init(new KeyParameter(a[0]));
        return mac(mac, a[1]);
      }
      case "zuc": {
        StreamCipher cipher = new Zuc128Engine();
        cipher.init(true, new ParametersWithIV(new KeyParameter(a[0]), a[1]));
        byte[] out = new byte[a[2].length];
        cipher.processBytes(a[2], 0, a[2].length, out, 0);
        return out;
      }
      case "zuc-mac": {
        Mac mac = new Zuc128Mac();
        mac.init(new ParametersWithIV(new KeyParameter(a[0]), a[1]));
        return mac(mac, a[2]);
      }
      case "p12-read": {
        KeyStore store = KeyStore.getInstance("PKCS12", PROVIDER);
        store.load(new ByteArrayInputStream(a[1]), passphrase(a[0]));
        for (String alias : Collections.list(store.aliases())) {
          if (!store.isKeyEntry(alias)) continue;
          if (!option.equals("-") && !alias.equals(option)) throw new Exception(alias);
          return secret((PrivateKey) store.getKey(alias, passphrase(a[0])));
        }
        throw new Exception("no key");
      }
      case "p12-write": {
        KeyStore store = KeyStore.getInstance(option, PROVIDER);
        store.load(null, null);
        Certificate certificate = CertificateFactory.getInstance("X.509", PROVIDER)
            .generateCertificate(new ByteArrayInputStream(a[2]));
        store.setKeyEntry(
            "alice", privateKey(a[1]), passphrase(a[0]), new Certificate[] {certificate});
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        store.store(out, passphrase(a[0]));
        return out.toByteArray();
      }
      case "pkcs8-read": {
        PrivateKeyInfo info = new PKCS8EncryptedPrivateKeyInfo(a[1]).decryptPrivateKeyInfo(
            new JceOpenSSLPKCS8DecryptorProviderBuilder().setProvider(PROVIDER)
                .build(passphrase(a[0])));
        return secret(privateKey(info.getEncoded()));
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
