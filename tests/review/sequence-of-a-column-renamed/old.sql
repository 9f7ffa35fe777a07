create table t (id int not null);
create sequence s owned by t.id;
alter table t alter id set default nextval('s');
