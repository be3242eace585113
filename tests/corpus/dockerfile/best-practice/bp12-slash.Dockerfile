FROM alpine:3.22
WORKDIR /x
COPY a b /dst/
COPY a b ./
COPY a b .
COPY ["a", "b", "/dst/"]
