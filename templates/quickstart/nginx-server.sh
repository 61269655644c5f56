cat > nginx.conf <<'CONF'
daemon off;
pid nginx.pid;
error_log stderr;
events {}
http {
  access_log off;
  client_body_temp_path nginx.tmp; proxy_temp_path nginx.tmp; fastcgi_temp_path nginx.tmp;
  uwsgi_temp_path nginx.tmp; scgi_temp_path nginx.tmp;
  server {
    listen 127.0.0.1:8443 ssl;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_certificate server.crt;
    ssl_certificate_key server.key;
    ssl_client_certificate ca.crt;
    ssl_verify_client on;
    location / { return 200 "hello $ssl_client_s_dn\n"; }
  }
}
CONF
nginx -p "$PWD" -c nginx.conf -e stderr
