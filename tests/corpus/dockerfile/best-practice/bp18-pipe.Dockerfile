FROM debian:12-slim
RUN cat /etc/passwd | grep root | wc -l > /n
