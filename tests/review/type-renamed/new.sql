create type feeling as enum ('good', 'bad');
create table t (a feeling, b feeling default 'good'::feeling);
create function f(m feeling) returns feeling language sql as 'select m';
