FROM alpine:3.22 AS tools
RUN true
FROM alpine:3.22
