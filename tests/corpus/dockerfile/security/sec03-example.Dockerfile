FROM node:22.14-slim
COPY .env.example /app/.env
COPY ca-cert.pem /etc/ssl/
COPY id_rsa.pub /x/
