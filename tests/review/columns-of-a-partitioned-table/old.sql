create table t (a int, b date) partition by range (b);
create table t_2025 partition of t for values from ('2025-01-01') to ('2026-01-01');
