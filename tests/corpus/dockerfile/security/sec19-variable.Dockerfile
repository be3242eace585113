FROM alpine:3.22
ARG GH
RUN git clone https://${GITHUB_TOKEN}@example.com/x.git
