// Bouncy Castle as the other side of certificates, requests, revocation lists and CMS: reads questions, one a line, and
// answers each with "ok" and hex digits, or "no" and why. Run from source by java, with bcprov, bcutil and bcpkix.
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Security;
import java.security.cert.CertPathValidator;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.bouncycastle.util.encoders.Hex;

public class BouncyCastleX509 {
    static final long DAY = 86400000L;

    static X509Certificate certificate(byte[] der) throws Exception {
        return (X509Certificate) CertificateFactory.getInstance("X.509", "BC")
            .generateCertificate(new java.io.ByteArrayInputStream(der));
    }

    static X509CRL list(byte[] der) throws Exception {
        return (X509CRL) CertificateFactory.getInstance("X.509", "BC")
            .generateCRL(new java.io.ByteArrayInputStream(der));
    }

    static PrivateKey privateKey(byte[] der) throws Exception {
        return KeyFactory.getInstance("EC", "BC").generatePrivate(new PKCS8EncodedKeySpec(der));
    }

    static PublicKey publicKey(byte[] der) throws Exception {
        return KeyFactory.getInstance("EC", "BC").generatePublic(new X509EncodedKeySpec(der));
    }

    static ContentSigner signer(PrivateKey key) throws Exception {
        return new JcaContentSignerBuilder("SM3WITHSM2").setProvider("BC").build(key);
    }

    static byte[] text(String words) {
        return words.getBytes(StandardCharsets.UTF_8);
    }

    /** What certificates say, so that both sides can be compared field by field. */
    static byte[] fields(X509Certificate c) {
        boolean[] usage = c.getKeyUsage();
        StringBuilder bits = new StringBuilder();
        for (int i = 0; usage != null && i < usage.length; i++) bits.append(usage[i] ? '1' : '0');
        return text(c.getSerialNumber().toString(16) + "|" + c.getNotBefore().getTime() + "|"
            + c.getNotAfter().getTime() + "|" + c.getBasicConstraints() + "|" + bits);
    }

    static byte[] answer(String operation, List<byte[]> v) throws Exception {
        switch (operation) {
            case "certificate": {
                X509Certificate c = certificate(v.get(0));
                c.verify(publicKey(v.get(1)), "BC");
                return fields(c);
            }
            case "request": {
                JcaPKCS10CertificationRequest r = new JcaPKCS10CertificationRequest(v.get(0)).setProvider("BC");
                boolean good = r.isSignatureValid(new JcaContentVerifierProviderBuilder().setProvider("BC")
                    .build(r.getPublicKey()));
                if (!good) throw new Exception("signature");
                return r.getPublicKey().getEncoded();
            }
            case "list": {
                X509CRL l = list(v.get(0));
                l.verify(publicKey(v.get(1)), "BC");
                int count = l.getRevokedCertificates() == null ? 0 : l.getRevokedCertificates().size();
                return text(l.getThisUpdate().getTime() + "|" + l.getNextUpdate().getTime() + "|" + count);
            }
            case "path": {
                // Root, list, then the chain, the leaf first.
                X509Certificate root = certificate(v.get(0));
                List<X509Certificate> chain = new ArrayList<>();
                for (byte[] der : v.subList(2, v.size())) chain.add(certificate(der));
                PKIXParameters p = new PKIXParameters(Set.of(new TrustAnchor(root, null)));
                p.setRevocationEnabled(v.get(1).length > 0);
                if (v.get(1).length > 0) {
                    p.addCertStore(CertStore.getInstance("Collection",
                        new CollectionCertStoreParameters(List.of(list(v.get(1)))), "BC"));
                }
                CertPathValidator.getInstance("PKIX", "BC").validate(
                    CertificateFactory.getInstance("X.509", "BC").generateCertPath(chain), p);
                return new byte[0];
            }
            case "make": {
                // Issuer's key and name; a key of ours to certify, a serial number, days: certificate, request, list.
                PrivateKey issuerKey = privateKey(v.get(0));
                PublicKey issuerPublic = publicKey(v.get(1));
                PrivateKey key = privateKey(v.get(2));
                PublicKey pub = publicKey(v.get(3));
                BigInteger serial = new BigInteger(1, v.get(4));
                long from = System.currentTimeMillis() / 1000 * 1000 - DAY, to = from + 365 * DAY;
                X500Name issuer = new X500Name("C=CN,CN=bc root"), subject = new X500Name("C=CN,O=\u5b66\u6821,CN=leaf");
                byte[] c = new JcaX509v3CertificateBuilder(issuer, serial, new Date(from), new Date(to), subject, pub)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyAgreement))
                    .build(signer(issuerKey)).getEncoded();
                byte[] root = new JcaX509v3CertificateBuilder(issuer, BigInteger.ONE, new Date(from), new Date(to), issuer, issuerPublic)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                    .build(signer(issuerKey)).getEncoded();
                ExtensionsGenerator wished = new ExtensionsGenerator();
                wished.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
                byte[] r = new JcaPKCS10CertificationRequestBuilder(subject, pub)
                    .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, wished.generate())
                    .build(signer(key)).getEncoded();
                byte[] l = new X509v2CRLBuilder(issuer, new Date(from)).setNextUpdate(new Date(to))
                    .addCRLEntry(serial, new Date(from), CRLReason.keyCompromise)
                    .build(signer(issuerKey)).getEncoded();
                return concat(root, c, r, l);
            }
            case "cms-verify": {
                CMSSignedData data = v.size() > 1
                    ? new CMSSignedData(new CMSProcessableByteArray(v.get(1)), v.get(0))
                    : new CMSSignedData(v.get(0));
                for (SignerInformation info : data.getSignerInfos()) {
                    Object holder = data.getCertificates().getMatches(info.getSID()).iterator().next();
                    boolean good = info.verify(new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC")
                        .build((org.bouncycastle.cert.X509CertificateHolder) holder));
                    if (!good) throw new Exception("signature");
                }
                return data.getSignedContent() == null ? new byte[0] : (byte[]) data.getSignedContent().getContent();
            }
            case "cms-sign": {
                CMSSignedDataGenerator g = new CMSSignedDataGenerator();
                X509Certificate c = certificate(v.get(1));
                g.addSignerInfoGenerator(new JcaSignerInfoGeneratorBuilder(
                    new JcaDigestCalculatorProviderBuilder().setProvider("BC").build())
                    .build(signer(privateKey(v.get(0))), c));
                g.addCertificate(new JcaX509CertificateHolder(c));
                return g.generate(new CMSProcessableByteArray(v.get(2)), true).getEncoded();
            }
            default:
                throw new Exception("no such operation");
        }
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) out.writeBytes(part);
        return out.toByteArray();
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
