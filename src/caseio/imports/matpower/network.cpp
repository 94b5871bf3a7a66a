#include "caseio/imports/matpower/network.hpp"

#include "caseio/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

namespace longyang::caseio::imports::matpower {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
/// Larger figures stand for "no limit" in published files.
constexpr double largest = 1e9;

/// Reads the cells of one row by column number and name; tells what does not fit.
class RowReader {
public:
    RowReader(const Text& text, const char* table, const Row& row, std::vector<Fault>& faults)
        : text_(text), table_(table), row_(row), faults_(faults) {}

    [[nodiscard]] bool has(std::size_t column) const { return column <= row_.cell.size(); }

    /// Column counted from 1, as in MATPOWER's manual. `low` where the cell does not fit.
    double number(std::size_t column, const char* name, double low = -largest,
                  double high = largest) {
        return read(column, name, low, high, false);
    }
    int whole(std::size_t column, const char* name, int low, int high) {
        return static_cast<int>(read(column, name, low, high, true));
    }
    /// May be infinite.
    double limit(std::size_t column, const char* name) {
        return read(column, name, -inf, inf, false);
    }

    void fault(const char* name, std::string found, std::string expected) {
        faults_.push_back({text_.file, row_.line, fmt::format("{} of mpc.{}", name, table_),
                           std::move(found), std::move(expected), ""});
    }

private:
    double read(std::size_t column, const char* name, double low, double high, bool whole) {
        if (!has(column)) {
            fault(name, fmt::format("{} cells in the row", row_.cell.size()),
                  fmt::format("{} and more", column));
            return low;
        }
        const double value = row_.cell[column - 1];
        if (!(value >= low && value <= high) || (whole && value != std::floor(value))) {
            fault(name, fmt::format("{}", value), number_words(whole, low, high, "-"));
            return low;
        }
        return value;
    }

    const Text& text_;
    const char* table_;
    const Row& row_;
    std::vector<Fault>& faults_;
};

/// Fills a network from a file's fields, table by table.
struct Filling {
    const Text& text;
    Network network;
    std::map<int, int> row_of_bus;

    const std::vector<Row>& rows(const char* name, bool required) {
        static const std::vector<Row> none;
        const Field* field = text.find(name);
        if (field != nullptr && !field->rows.empty()) {
            return field->rows;
        }
        if (required) {
            network.faults.push_back({text.file, field == nullptr ? 0 : field->line, "",
                                      fmt::format("no rows of mpc.{}", name),
                                      "this table in every case", ""});
        }
        return none;
    }

    void fill_base() {
        const Field* version = text.find("version");
        const bool two =
            version != nullptr && ((!version->texts.empty() && version->texts[0] == "2") ||
                                   (!version->rows.empty() && version->rows[0].cell[0] == 2.0));
        if (!two) {
            network.faults.push_back({text.file, version == nullptr ? 0 : version->line, "",
                                      "no mpc.version = '2'", "a case of format version 2", ""});
        }
        const auto& base = rows("baseMVA", true);
        if (!base.empty()) {
            RowReader row(text, "baseMVA", base[0], network.faults);
            network.base_mva = row.number(1, "base", 1e-3, 1e6);
        }
    }

    void fill_buses() {
        const Field* labels = text.find("bus_name");
        for (const Row& cells : rows("bus", true)) {
            RowReader row(text, "bus", cells, network.faults);
            Bus bus;
            bus.line = cells.line;
            bus.number = row.whole(1, "BUS_I", 1, 1'000'000'000);
            bus.type = row.whole(2, "BUS_TYPE", 1, 4);
            bus.pd_mw = row.number(3, "PD");
            bus.qd_mvar = row.number(4, "QD");
            bus.gs_mw = row.number(5, "GS");
            bus.bs_mvar = row.number(6, "BS");
            bus.area = row.whole(7, "BUS_AREA", 0, 1'000'000);
            row.number(8, "VM", 0.0, 10.0);
            bus.va_deg = row.number(9, "VA");
            bus.base_kv = row.number(10, "BASE_KV", 0.0, 2000.0);
            bus.vmax_pu = row.number(12, "VMAX", 0.0, 1e3);
            bus.vmin_pu = row.number(13, "VMIN", 0.0, 1e3);
            if (labels != nullptr && network.buses.size() < labels->texts.size()) {
                bus.label = labels->texts[network.buses.size()];
            }
            const auto place = static_cast<int>(network.buses.size());
            if (!row_of_bus.emplace(bus.number, place).second) {
                row.fault("BUS_I", fmt::format("{} for the second time", bus.number),
                          "a number that no other bus has");
            }
            network.buses.push_back(std::move(bus));
        }
        if (std::none_of(network.buses.begin(), network.buses.end(),
                         [](const Bus& b) { return b.type == 3; }) &&
            !network.buses.empty()) {
            network.faults.push_back({text.file, network.buses[0].line, "BUS_TYPE of mpc.bus",
                                      "no bus of type 3", "a reference bus", ""});
        }
    }

    /// -1 where there is none of that number.
    int bus_at(RowReader& row, std::size_t column, const char* name) {
        const int number = row.whole(column, name, 0, 1'000'000'000);
        const auto found = row_of_bus.find(number);
        if (found == row_of_bus.end()) {
            if (row.has(column)) {
                row.fault(name, fmt::format("{}", number), "the number of a bus in mpc.bus");
            }
            return -1;
        }
        return found->second;
    }

    void fill_generators() {
        const Field* fuels = text.find("genfuel");
        for (const Row& cells : rows("gen", true)) {
            RowReader row(text, "gen", cells, network.faults);
            Generator g;
            g.line = cells.line;
            g.bus = bus_at(row, 1, "GEN_BUS");
            g.pg_mw = row.number(2, "PG");
            g.qg_mvar = row.number(3, "QG");
            g.qmax_mvar = row.limit(4, "QMAX");
            g.qmin_mvar = row.limit(5, "QMIN");
            g.vg_pu = row.number(6, "VG", 0.0, 10.0);
            g.on = row.number(8, "GEN_STATUS") > 0.0;
            g.pmax_mw = row.limit(9, "PMAX");
            g.pmin_mw = row.limit(10, "PMIN");
            if (g.pmin_mw > g.pmax_mw) {
                row.fault("PMIN", fmt::format("{}", g.pmin_mw),
                          fmt::format("at most PMAX = {}", g.pmax_mw));
            }
            if (g.qmin_mvar > g.qmax_mvar) {
                row.fault("QMIN", fmt::format("{}", g.qmin_mvar),
                          fmt::format("at most QMAX = {}", g.qmax_mvar));
            }
            for (std::size_t c = 10; c < std::min<std::size_t>(cells.cell.size(), 21); ++c) {
                network.more_generator_columns |= cells.cell[c] != 0.0;
            }
            if (fuels != nullptr && network.generators.size() < fuels->texts.size()) {
                g.fuel = fuels->texts[network.generators.size()];
            }
            network.generators.push_back(std::move(g));
        }
    }

    void fill_branches() {
        for (const Row& cells : rows("branch", false)) {
            RowReader row(text, "branch", cells, network.faults);
            Branch b;
            b.line = cells.line;
            b.from = bus_at(row, 1, "F_BUS");
            b.to = bus_at(row, 2, "T_BUS");
            b.r_pu = row.number(3, "BR_R");
            b.x_pu = row.number(4, "BR_X");
            b.b_pu = row.number(5, "BR_B");
            b.rate_a_mva = row.limit(6, "RATE_A");
            b.rate_c_mva = row.limit(8, "RATE_C");
            b.tap_pu = row.number(9, "TAP", 0.0, 10.0);
            b.shift_deg = row.number(10, "SHIFT", -360.0, 360.0);
            b.on = row.number(11, "BR_STATUS") > 0.0;
            if (cells.cell.size() >= 13) {
                const double low = cells.cell[11];
                const double high = cells.cell[12];
                b.angle_limits = (low != 0.0 || high != 0.0) && (low > -360.0 || high < 360.0);
            }
            if (b.from == b.to && b.from >= 0) {
                row.fault("T_BUS", "the bus of F_BUS", "another bus");
            }
            if (b.on && b.x_pu == 0.0 && row.has(4)) {
                row.fault("BR_X", "0", "a reactance other than 0");
            }
            network.branches.push_back(b);
        }
    }

    void fill_dc_lines() {
        for (const Row& cells : rows("dcline", false)) {
            RowReader row(text, "dcline", cells, network.faults);
            DcLine d;
            d.line = cells.line;
            d.from = bus_at(row, 1, "F_BUS");
            d.to = bus_at(row, 2, "T_BUS");
            d.on = row.number(3, "BR_STATUS") > 0.0;
            d.pf_mw = row.number(4, "PF");
            d.pt_mw = row.number(5, "PT");
            d.qf_mvar = row.number(6, "QF");
            d.qt_mvar = row.number(7, "QT");
            d.vf_pu = row.number(8, "VF", 0.0, 10.0);
            d.vt_pu = row.number(9, "VT", 0.0, 10.0);
            d.pmin_mw = row.limit(10, "PMIN");
            d.pmax_mw = row.limit(11, "PMAX");
            d.qminf_mvar = row.limit(12, "QMINF");
            d.qmaxf_mvar = row.limit(13, "QMAXF");
            d.qmint_mvar = row.limit(14, "QMINT");
            d.qmaxt_mvar = row.limit(15, "QMAXT");
            d.loss0_mw = row.number(16, "LOSS0");
            d.loss1 = row.number(17, "LOSS1");
            network.dc_lines.push_back(d);
        }
    }

    void fill_costs() {
        const auto& costs = rows("gencost", false);
        const std::size_t count = network.generators.size();
        if (costs.empty()) {
            return;
        }
        if (costs.size() != count && costs.size() != 2 * count) {
            network.faults.push_back(
                {text.file, costs[0].line, "", fmt::format("{} rows of mpc.gencost", costs.size()),
                 fmt::format("{} (or {}, with reactive costs), as mpc.gen has rows", count,
                             2 * count),
                 ""});
            return;
        }
        network.reactive_costs = costs.size() == 2 * count;
        for (std::size_t k = 0; k < count; ++k) {
            network.generators[k].cost = read_cost(costs[k]);
        }
    }

    Cost read_cost(const Row& cells) {
        RowReader row(text, "gencost", cells, network.faults);
        Cost cost;
        cost.by_output.given = true;
        cost.by_output.model = row.whole(1, "MODEL", 1, 2);
        cost.startup = row.number(2, "STARTUP");
        cost.shutdown = row.number(3, "SHUTDOWN");
        const int n = row.whole(4, "NCOST", 0, 1000);
        const auto wanted = static_cast<std::size_t>(cost.by_output.model == 1 ? 2 * n : n);
        if (cells.cell.size() < 4 + wanted) {
            row.fault("NCOST", fmt::format("{} with {} cells after it", n, cells.cell.size() - 4),
                      fmt::format("{} cells after it", wanted));
            return cost;
        }
        for (std::size_t k = 0; k < wanted; ++k) {
            cost.by_output.value.push_back(row.number(5 + k, "COST", -1e15, 1e15));
        }
        for (std::size_t k = 2; cost.by_output.model == 1 && k + 1 < wanted; k += 2) {
            if (cost.by_output.value[k] <= cost.by_output.value[k - 2]) {
                row.fault(
                    "COST", fmt::format("a point at {} MW", cost.by_output.value[k]),
                    fmt::format("more than {} in the point before", cost.by_output.value[k - 2]));
            }
        }
        return cost;
    }

    void list_others() {
        for (const Field& field : text.fields) {
            const char* known[] = {"version", "baseMVA", "bus",      "gen",    "branch",
                                   "dcline",  "gencost", "bus_name", "genfuel"};
            if (std::none_of(std::begin(known), std::end(known),
                             [&](const char* name) { return field.name == name; })) {
                network.other_fields.push_back(field.name);
            }
        }
    }
};

} // namespace

Network read_network(const Text& text) {
    Filling filling{text, {}, {}};
    filling.fill_base();
    filling.fill_buses();
    filling.fill_generators();
    filling.fill_branches();
    filling.fill_dc_lines();
    filling.fill_costs();
    filling.list_others();
    return std::move(filling.network);
}

} // namespace longyang::caseio::imports::matpower
