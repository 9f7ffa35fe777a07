create table t (id int not null);
create sequence t_id_seq owned by t.id;
alter table t alter id set default nextval('t_id_seq');
