create table u (id int primary key);
create table t (a int, b int, c int, d int);
alter table t add constraint t_a_key unique (a);
alter table t add constraint t_b_fkey foreign key (b) references u;
alter table t add constraint t_check check (c > 0);
