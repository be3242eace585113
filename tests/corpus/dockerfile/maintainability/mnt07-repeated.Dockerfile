FROM alpine:3.22
RUN wget -q https://example.com/1.22.3/a-1.22.3.tgz
RUN tar xf a-1.22.3.tgz
