// Bouncy Castle as the other side of enveloped messages: reads questions, one a line, and answers each with "ok" and
// hex digits, or "no" and why. Its CMS classes do the message, its SM2 engine the recipients' keys, whose form of
// ASN.1 (GM/T 0009) its JCE ciphers do not have. Run from source by java, with bcprov, bcutil and bcpkix.
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.Security;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.CipherInputStream;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.gm.GMObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cms.CMSEnvelopedData;
import org.bouncycastle.cms.CMSEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.KeyTransRecipient;
import org.bouncycastle.cms.KeyTransRecipientInfoGenerator;
import org.bouncycastle.cms.RecipientInformation;
import org.bouncycastle.cms.RecipientOperator;
import org.bouncycastle.crypto.engines.SM2Engine;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.jcajce.provider.asymmetric.util.ECUtil;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.AsymmetricKeyWrapper;
import org.bouncycastle.operator.GenericKey;
import org.bouncycastle.operator.InputDecryptor;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.util.BigIntegers;
import org.bouncycastle.util.encoders.Hex;

public class BouncyCastleEnvelope {
    static final ASN1ObjectIdentifier SM2_ENCRYPT = new ASN1ObjectIdentifier("1.2.156.10197.1.301.3");

    static X509Certificate certificate(byte[] der) throws Exception {
        return (X509Certificate) CertificateFactory.getInstance("X.509", "BC")
            .generateCertificate(new ByteArrayInputStream(der));
    }

    /** SM2Cipher of GM/T 0009: a sequence of x, y, C3, C2. */
    static byte[] wrap(byte[] key, X509Certificate to) throws Exception {
        SM2Engine engine = new SM2Engine(SM2Engine.Mode.C1C3C2);
        AsymmetricKeyParameter point = ECUtil.generatePublicKeyParameter(to.getPublicKey());
        engine.init(true, new ParametersWithRandom(point));
        byte[] raw = engine.processBlock(key, 0, key.length);
        ASN1EncodableVector v = new ASN1EncodableVector();
        v.add(new ASN1Integer(new BigInteger(1, Arrays.copyOfRange(raw, 1, 33))));
        v.add(new ASN1Integer(new BigInteger(1, Arrays.copyOfRange(raw, 33, 65))));
        v.add(new DEROctetString(Arrays.copyOfRange(raw, 65, 97)));
        v.add(new DEROctetString(Arrays.copyOfRange(raw, 97, raw.length)));
        return new DERSequence(v).getEncoded();
    }

    static byte[] unwrap(byte[] wrapped, byte[] pkcs8) throws Exception {
        ASN1Sequence s = ASN1Sequence.getInstance(wrapped);
        byte[] hash = ASN1OctetString.getInstance(s.getObjectAt(2)).getOctets();
        byte[] text = ASN1OctetString.getInstance(s.getObjectAt(3)).getOctets();
        byte[] raw = new byte[97 + text.length];
        raw[0] = 4;
        for (int i = 0; i < 2; i++) {
            BigInteger n = ASN1Integer.getInstance(s.getObjectAt(i)).getPositiveValue();
            System.arraycopy(BigIntegers.asUnsignedByteArray(32, n), 0, raw, 1 + 32 * i, 32);
        }
        System.arraycopy(hash, 0, raw, 65, 32);
        System.arraycopy(text, 0, raw, 97, text.length);
        SM2Engine engine = new SM2Engine(SM2Engine.Mode.C1C3C2);
        engine.init(false, ECUtil.generatePrivateKeyParameter(
            KeyFactory.getInstance("EC", "BC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8))));
        return engine.processBlock(raw, 0, raw.length);
    }

    static Cipher sm4(int mode, byte[] key, byte[] iv) throws Exception {
        Cipher cipher = Cipher.getInstance("SM4/CBC/PKCS7Padding", "BC");
        cipher.init(mode, new SecretKeySpec(key, "SM4"), new IvParameterSpec(iv));
        return cipher;
    }

    static byte[] open(byte[] message, byte[] certificate, byte[] pkcs8) throws Exception {
        CMSEnvelopedData data = new CMSEnvelopedData(message);
        JcaX509CertificateHolder holder = new JcaX509CertificateHolder(certificate(certificate));
        for (RecipientInformation info : data.getRecipientInfos().getRecipients()) {
            if (!info.getRID().match(holder)) continue;
            if (!info.getKeyEncryptionAlgOID().equals(SM2_ENCRYPT.getId())) throw new Exception("algorithm");
            return info.getContent((KeyTransRecipient) (how, content, wrapped) -> {
                if (!content.getAlgorithm().equals(GMObjectIdentifiers.sms4_cbc)) throw new IllegalStateException();
                byte[] iv = ASN1OctetString.getInstance(content.getParameters()).getOctets();
                return new RecipientOperator(new InputDecryptor() {
                    public AlgorithmIdentifier getAlgorithmIdentifier() {
                        return content;
                    }

                    public InputStream getInputStream(InputStream in) {
                        try {
                            return new CipherInputStream(in, sm4(Cipher.DECRYPT_MODE, unwrap(wrapped, pkcs8), iv));
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    }
                });
            });
        }
        throw new Exception("no recipient");
    }

    /** @param to the certificates of the recipients */
    static byte[] seal(byte[] content, byte[] random, List<byte[]> to) throws Exception {
        byte[] key = Arrays.copyOf(random, 16), iv = Arrays.copyOfRange(random, 16, 32);
        CMSEnvelopedDataGenerator g = new CMSEnvelopedDataGenerator();
        for (byte[] der : to) {
            X509Certificate c = certificate(der);
            IssuerAndSerialNumber id = new IssuerAndSerialNumber(new JcaX509CertificateHolder(c).toASN1Structure());
            g.addRecipientInfoGenerator(new KeyTransRecipientInfoGenerator(id, new AsymmetricKeyWrapper(new AlgorithmIdentifier(SM2_ENCRYPT)) {
                public byte[] generateWrappedKey(GenericKey ignored) {
                    try {
                        return wrap(key, c);
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }
            }) {});
        }
        Cipher cipher = sm4(Cipher.ENCRYPT_MODE, key, iv);
        return g.generate(new CMSProcessableByteArray(content), new OutputEncryptor() {
            public AlgorithmIdentifier getAlgorithmIdentifier() {
                return new AlgorithmIdentifier(GMObjectIdentifiers.sms4_cbc, new DEROctetString(iv));
            }

            public OutputStream getOutputStream(OutputStream out) {
                return new javax.crypto.CipherOutputStream(out, cipher);
            }

            public GenericKey getKey() {
                return new GenericKey(getAlgorithmIdentifier(), key);
            }
        }).getEncoded();
    }

    static byte[] answer(String operation, List<byte[]> v) throws Exception {
        switch (operation) {
            case "open":
                return open(v.get(0), v.get(1), v.get(2));
            case "seal":
                return seal(v.get(0), v.get(1), v.subList(2, v.size()));
            default:
                throw new Exception("no such operation");
        }
    }

    public static void main(String[] args) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        StringBuilder out = new StringBuilder();
        for (String line; (line = in.readLine()) != null;) {
            String[] words = line.split(" ");
            List<byte[]> values = new ArrayList<>();
            for (int i = 1; i < words.length; i++) {
                values.add(words[i].equals("-") ? new byte[0] : Hex.decode(words[i]));
            }
            String reply;
            try {
                reply = "ok " + Hex.toHexString(answer(words[0], values));
            } catch (Exception e) {
                reply = "no " + String.valueOf(e).replaceAll("\\s+", " ");
            }
            out.append(reply).append('\n');
        }
        System.out.print(out);
    }
}
