FROM alpine:3.22
RUN git clone https://example.com/x.git && curl http://example.com:8080/path@2
