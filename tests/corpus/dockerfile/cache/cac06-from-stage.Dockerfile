FROM node:22.14 AS build
RUN mkdir -p /dist
FROM nginx:1.28.0
COPY --from=build dist /usr/share/nginx/html
