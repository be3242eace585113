FROM alpine:3.22
RUN chmod 755 /data && chmod u+x /x && chmod 1777 /tmp && chmod +x /y
