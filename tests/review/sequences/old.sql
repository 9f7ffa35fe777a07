create sequence one;
create sequence two;
create sequence three increment by 10;
