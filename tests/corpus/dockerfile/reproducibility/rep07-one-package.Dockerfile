FROM rockylinux:9.4
RUN yum -y update openssl-3.0 && yum clean all
RUN pip install --no-cache-dir --upgrade pip==25.0
