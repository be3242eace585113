FROM nginx:1.28.0
CMD ["nginx", "-g", "daemon off;"]
