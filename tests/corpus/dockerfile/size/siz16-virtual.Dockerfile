FROM alpine:3.22
RUN apk add --no-cache --virtual .build build-base=0.5-r3 && make && apk del .build
