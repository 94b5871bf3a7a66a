#include "model/oracle_data.hpp"

#include <utility>

namespace longyang::model {

lp::OracleData oracle_data(const Context& context, BlockId id) {
    switch (id.kind) {
    case Kind::thermal:
        return unit_groups(context, id.item);
    case Kind::cascade:
        return river_data(context, id.item);
    case Kind::storage:
        return store_data(context, id.item);
    case Kind::flexible:
        return flexible_store(context, id.item);
    case Kind::hvdc:
        if (auto line = line_data(context, id.item)) {
            return *std::move(line);
        }
        return {};
    case Kind::dc_forward:
    case Kind::dc_backward:
    case Kind::renewable:
    case Kind::load:
    case Kind::reserve:
    case Kind::sharing:
    case Kind::contract:
    case Kind::target:
    case Kind::emission_cap:
        return hourly_data(context, id);
    }
    return {};
}

} // namespace longyang::model
