create sequence two cycle maxvalue 100;
create sequence four;
create sequence thirty increment by 10;
