FROM alpine:3.22
RUN a && b && c && d && e && f && g && h && i && j && k && l
