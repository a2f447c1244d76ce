// dense_column: a value of every record, a mark where there is none (a part of since)
collect(coalesce({value}, '\u0000')) AS {name}
