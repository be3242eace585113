FROM centos:7
RUN yum update -y
RUN yum install httpd
EXPOSE 80
CMD ["httpd", "-DFOREGROUND"]
