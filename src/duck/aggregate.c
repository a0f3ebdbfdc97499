#include "duck/inside.h"

static void add_parameters(
    duckdb_aggregate_function function, const duckdb_type *types, size_t n, size_t times)
{
    for (size_t i = 0; i < n; i++) {
        duckdb_logical_type type = duckdb_create_logical_type(types[i]);

        for (size_t k = 0; k < times; k++)
            duckdb_aggregate_function_add_parameter(function, type);
        duckdb_destroy_logical_type(&type);
    }
}

enum hc_status hc_duck_register(
    struct hc_duck *duck, const struct hc_duck_aggregate *aggregate)
{
    static const duckdb_type number = DUCKDB_TYPE_DOUBLE;
    duckdb_aggregate_function function = duckdb_create_aggregate_function();
    duckdb_logical_type bigint = duckdb_create_logical_type(DUCKDB_TYPE_BIGINT);
    duckdb_state state;

    duckdb_aggregate_function_set_name(function, aggregate->name);
    add_parameters(function, aggregate->types, aggregate->n_types, 1);
    add_parameters(function, &number, 1, aggregate->numbers);
    duckdb_aggregate_function_set_return_type(function, bigint);
    duckdb_aggregate_function_set_functions(function, aggregate->size, aggregate->init,
        aggregate->update, aggregate->combine, aggregate->finalize);
    duckdb_aggregate_function_set_special_handling(function);
    duckdb_aggregate_function_set_extra_info(function, aggregate->extra, NULL);
    state = duckdb_register_aggregate_function(duck->connection, function);
    duckdb_destroy_logical_type(&bigint);
    duckdb_destroy_aggregate_function(&function);
    return state == DuckDBSuccess ? HC_OK : HC_INTERNAL;
}
