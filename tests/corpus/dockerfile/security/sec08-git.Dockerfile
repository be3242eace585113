FROM alpine:3.22
ADD https://example.com/x/y.git#v1.0 /src
