FROM alpine:3.22
CMD ["a"]
CMD ["b"]
