FROM node:22.14 AS build
RUN npm ci
FROM scratch AS assets
COPY public /assets
FROM nginx:1.28.0
COPY --from=build /dist /usr/share/nginx/html
COPY --from=assets /assets /usr/share/nginx/html/assets
