FROM nginx:1.28.0
COPY dist /usr/share/nginx/html
