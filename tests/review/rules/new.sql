create table t (a int);
create rule two as on insert to t do also select 2;
create rule three as on update to t do instead nothing;
