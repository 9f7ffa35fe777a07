create type mood as enum ('good', 'bad');
create table t (a mood, b mood default 'good'::mood);
create function f(m mood) returns mood language sql as 'select m';
