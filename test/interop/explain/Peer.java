// A Java client and server of TLS, that print what is thrown.
import java.io.FileInputStream;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

public class Peer {
  static KeyStore store(String path) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (FileInputStream in = new FileInputStream(path)) {
      store.load(in, "changeit".toCharArray());
    }
    return store;
  }

  static SSLContext context(String keys, String trust) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    KeyManagerFactory own = null;
    if (!keys.equals("-")) {
      own = KeyManagerFactory.getInstance("PKIX");
      own.init(store(keys), "changeit".toCharArray());
    }
    TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
    trusted.init(store(trust));
    context.init(own == null ? null : own.getKeyManagers(), trusted.getTrustManagers(), null);
    return context;
  }

  // Peer dial KEYS TRUST HOST PORT [PROTOCOL] · Peer serve KEYS TRUST
  public static void main(String[] args) throws Exception {
    SSLContext context = context(args[1], args[2]);
    if (args[0].equals("dial")) {
      try (SSLSocket socket =
          (SSLSocket) context.getSocketFactory().createSocket(args[3], Integer.parseInt(args[4]))) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        if (args.length > 5) parameters.setProtocols(new String[] {args[5]});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        socket.setSoTimeout(3000);
        System.out.println(socket.getInputStream().read());
      }
      return;
    }
    SSLServerSocket server = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0);
    server.setNeedClientAuth(true);
    System.out.println("port " + server.getLocalPort());
    for (; ; ) {
      try (SSLSocket socket = (SSLSocket) server.accept()) {
        socket.startHandshake();
        socket.getInputStream().read();
      } catch (Exception error) {
        error.printStackTrace();
      }
    }
  }
}
