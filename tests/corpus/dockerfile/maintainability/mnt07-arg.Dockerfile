FROM alpine:3.22
ARG V=1.22.3
RUN wget -q https://example.com/$V/a-$V.tgz && tar xf a-$V.tgz
