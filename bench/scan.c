/*
 * The floor without an interpreter: opens DuckDB, sets two threads, runs the SQL given as
 * the only argument. bench.py builds it against the library that hindcast is linked to.
 */
#include <duckdb.h>
#include <stdio.h>

static int run(duckdb_connection connection, const char *sql)
{
    duckdb_result result;
    duckdb_state state = duckdb_query(connection, sql, &result);

    if (state == DuckDBError)
        fprintf(stderr, "scan: %s\n", duckdb_result_error(&result));
    duckdb_destroy_result(&result);
    return state == DuckDBError;
}

int main(int argc, char **argv)
{
    duckdb_database database;
    duckdb_connection connection;

    if (argc != 2 || duckdb_open(NULL, &database) == DuckDBError ||
        duckdb_connect(database, &connection) == DuckDBError)
        return 1;
    if (run(connection, "SET threads = 2") || run(connection, argv[1]))
        return 1;
    duckdb_disconnect(&connection);
    duckdb_close(&database);
    return 0;
}
