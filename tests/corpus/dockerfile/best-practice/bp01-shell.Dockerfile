FROM alpine:3.22
CMD node server.js
