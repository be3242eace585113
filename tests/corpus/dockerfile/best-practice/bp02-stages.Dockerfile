FROM alpine:3.22 AS a
CMD ["a"]
FROM a
CMD ["b"]
