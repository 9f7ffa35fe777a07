create table u (id int primary key);
create table t (a int, b int, c int, d int);
alter table t add constraint t_b_fkey foreign key (b) references u on delete cascade;
alter table t add constraint t_check check (c > 1) not valid;
alter table t add constraint t_d_key unique (d);
