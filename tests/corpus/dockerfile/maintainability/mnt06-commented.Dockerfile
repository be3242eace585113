FROM alpine:3.22
# builds it all
RUN a && b && c && d && e && f && g && h && i && j && k && l
