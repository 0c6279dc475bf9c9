package io.jenkins.plugins.windowsimage.engine.registry;

import io.jenkins.plugins.windowsimage.engine.EngineException;
import io.jenkins.plugins.windowsimage.engine.ErrorKind;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** TLS contexts for other trust than the Java platform's own. */
final class PrivateTrust {
    private PrivateTrust() {}

    /**
     * A context that trusts the platform's authorities and also those of this file.
     *
     * @throws EngineException of kind USAGE if the file cannot be read or holds no certificate
     */
    static SSLContext context(Path pem) {
        Collection<? extends Certificate> added = read(pem);
        try {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int count = 0;
            for (Certificate certificate : added) {
                trusted.setCertificateEntry("private-" + count++, certificate);
            }
            for (TrustManager manager : managers(null)) {
                if (manager instanceof X509TrustManager platform) {
                    for (X509Certificate certificate : platform.getAcceptedIssuers()) {
                        trusted.setCertificateEntry("platform-" + count++, certificate);
                    }
                }
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers(trusted), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new EngineException(ErrorKind.USAGE,
                    "the certificate authorities of " + pem + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static Collection<? extends Certificate> read(Path pem) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(pem))) {
            Collection<? extends Certificate> found = CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (found.isEmpty()) {
                throw new EngineException(ErrorKind.USAGE, "the file " + pem + " holds no certificate in PEM form");
            }
            return found;
        } catch (IOException e) {
            throw new EngineException(ErrorKind.USAGE, "the certificate file " + pem + " cannot be read", e);
        } catch (CertificateException e) {
            throw new EngineException(ErrorKind.USAGE, "the file " + pem + " holds no certificates in PEM form", e);
        }
    }

    private static TrustManager[] managers(KeyStore trusted) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        return factory.getTrustManagers();
    }
}
