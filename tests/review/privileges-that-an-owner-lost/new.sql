create table t (a int);
alter table t owner to joe;
revoke insert, update, delete, truncate on t from joe;
