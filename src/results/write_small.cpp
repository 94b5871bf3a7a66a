#include "results/write_small.hpp"

#include "base/error.hpp"
#include "caseio/registry.hpp"
#include "grid/calendar.hpp"
#include "grid/initial_energy.hpp"
#include "results/columns.hpp"
#include "results/datasets.hpp"
#include "results/derived.hpp"
#include "results/hdf5_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <span>
#include <utility>

namespace longyang::results {
namespace {

using grid::System;
using h5::Extent;
using h5::Handle;

grid::Names item_names(const Group& group, const System& system) {
    if (group.name == "reserve_sharing") {
        grid::Names names;
        for (std::size_t i = 0; i < system.reserve_sharing.line.size(); ++i) {
            const auto name = [&](int row) {
                return system.reserves.name[static_cast<std::size_t>(row)];
            };
            names.push_back(name(system.reserve_sharing.from_reserve[i]) + " > " +
                            name(system.reserve_sharing.to_reserve[i]));
        }
        return names;
    }
    return group.rows(system).name;
}

/// What the contracts' owners know, on every rank.
struct ContractResults {
    std::vector<double> energy_mwh, short_mwh, price_cny_per_mwh;
};

ContractResults collect_contracts(const Comm& comm, const partition::Owners& owners,
                                  const Content& content) {
    const grid::Schedule& schedule = content.schedule;
    const std::vector<double>& price = content.contract_price_cny_per_mwh;
    const std::size_t periods = schedule.contract_of_period.size();
    const auto most = max(comm, static_cast<double>(periods));
    const bool fits =
        static_cast<double>(periods) == most && schedule.contract_energy_mwh.size() == periods &&
        schedule.contract_short_mwh.size() == periods && (price.empty() || price.size() == periods);
    agree(comm, [&] {
        if (!fits) {
            throw Error(Exit::defect, "results: ranks differ in the periods of contracts");
        }
    });
    const std::vector<double> zeros(periods, 0.0);
    ContractResults all{zeros, zeros, zeros};
    for (std::size_t k = 0; k < periods; ++k) {
        const auto contract = static_cast<std::size_t>(schedule.contract_of_period[k]);
        if (owners.contract[contract] == comm.rank()) {
            all.energy_mwh[k] = schedule.contract_energy_mwh[k];
            all.short_mwh[k] = schedule.contract_short_mwh[k];
            all.price_cny_per_mwh[k] = price.empty() ? 0.0 : price[k];
        }
    }
    sum_in_order(comm, all.energy_mwh);
    sum_in_order(comm, all.short_mwh);
    sum_in_order(comm, all.price_cny_per_mwh);
    return all;
}

/// Storage missing at the end, by reservoir, on every rank.
std::vector<double> collect_terminal(const Comm& comm, const partition::Owners& owners,
                                     const grid::Schedule& schedule, std::size_t reservoirs) {
    std::vector<double> all(reservoirs, 0.0);
    for (std::size_t i = 0; i < std::min(reservoirs, schedule.reservoir_terminal_short_hm3.size());
         ++i) {
        if (owners.reservoir[i] == comm.rank()) {
            all[i] = schedule.reservoir_terminal_short_hm3[i];
        }
    }
    sum_in_order(comm, all);
    return all;
}

/// Writes one group's scales and small datasets, and describes all its datasets.
class GroupWriter {
public:
    explicit GroupWriter(Handle group) : group_(std::move(group)) {}

    void scale(const std::string& dim, const grid::Names& names, const std::string& long_name) {
        add_scale(dim, h5::write_texts(group_, dim, {names.size()}, names), "1", long_name);
    }
    void scale(const std::string& dim, std::size_t count, const std::string& long_name) {
        std::vector<int> numbers(count);
        std::iota(numbers.begin(), numbers.end(), 0);
        add_scale(dim, h5::write_integers(group_, dim, {count}, numbers), "1", long_name);
    }
    void hours(const std::vector<int>& numbers, const std::string& units) {
        add_scale("hour", h5::write_integers(group_, "hour", {numbers.size()}, numbers), units,
                  "beginning of the hour, local time");
        h5::write_attribute(scales_.at("hour"), "calendar", std::string("standard"));
    }

    void numbers(const Dataset& d, std::span<const double> values) {
        describe(h5::write_numbers(group_, d.name, extent(d, values.size()), values), d);
    }
    void integers(const Dataset& d, std::span<const int> values) {
        describe(h5::write_integers(group_, d.name, extent(d, values.size()), values), d);
    }
    void texts(const Dataset& d, std::span<const std::string> values) {
        describe(h5::write_texts(group_, d.name, extent(d, values.size()), values), d);
    }
    void written_before(const Dataset& d) { describe(h5::open_dataset(group_, d.name), d); }

private:
    static Extent extent(const Dataset& d, std::size_t count) {
        return d.dims.empty() ? Extent{} : Extent{count};
    }
    void add_scale(const std::string& dim, Handle dataset, const std::string& units,
                   const std::string& long_name) {
        h5::check(H5DSset_scale(dataset.get(), dim.c_str()), "making a dimension scale");
        h5::write_attribute(dataset, "units", units);
        h5::write_attribute(dataset, "long_name", long_name);
        scales_[dim] = std::move(dataset);
    }
    void describe(const Handle& dataset, const Dataset& d) {
        h5::write_attribute(dataset, "units", d.unit);
        h5::write_attribute(dataset, "long_name", d.meaning);
        for (std::size_t k = 0; k < d.dims.size(); ++k) {
            h5::check(H5DSattach_scale(dataset.get(), scales_.at(d.dims[k]).get(),
                                       static_cast<unsigned>(k)),
                      fmt::format("attaching scale {} to {}", d.dims[k], d.path()));
        }
    }

    Handle group_;
    std::map<std::string, Handle> scales_;
};

/// Hours since the span's start on the calendar.
std::vector<int> hour_numbers(grid::Span span, int year) {
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    const int march = grid::month_begin_hour[2];
    std::vector<int> numbers;
    for (int t = 0; t < span.hours; ++t) {
        const bool behind_29_february = leap && span.begin < march && span.begin + t >= march;
        numbers.push_back(t + (behind_29_february ? 24 : 0));
    }
    return numbers;
}

void write_header(const Handle& file, const System& system, const Content& content) {
    const Header& h = content.header;
    const grid::CaseInfo& info = system.info;
    const auto put = [&](const std::string& name, const auto& value) {
        h5::write_attribute(file, name, value);
    };
    put("kind", std::string(file_kind));
    put("format_version", format_version);
    put("program_version", h.program_version);
    put("git_hash", h.git_hash);
    put("command_line", h.command_line);
    put("status", h.status);
    put("status_words", h.status_words);
    put("ranks", h.ranks);
    put("started", h.started);
    put("ended", h.ended);
    put("case_name", info.name);
    put("case_title", info.title);
    put("case_folder", info.folder);
    put("case_hash", info.hash);
    put("case_licence", info.licence);
    put("case_time_zone", info.time_zone);
    put("case_year", info.year);
    put("case_base_mva", info.base_mva);
    put("case_carbon_price_cny_per_t", info.carbon_price_cny_per_t);
    put("span_start", grid::date_of_hour(content.span.begin, info.year) + ":00");
    put("span_begin_hour", content.span.begin);
    put("span_hours", content.span.hours);
    for (const auto& [name, value] : h.options) {
        put("option_" + name, value);
    }
    for (const auto& [name, value] : h.libraries) {
        put("library_" + name, value);
    }
}

void add_voltage_hours(const System& system, const std::vector<VoltageHour>& list,
                       SmallData& data) {
    std::vector<int> hour;
    std::vector<int> buses;
    grid::Names bus;
    grid::Names section;
    std::vector<double> pu;
    std::vector<double> flow_mw;
    std::vector<double> relief_mw;
    for (const VoltageHour& of : list) {
        hour.push_back(of.hour);
        buses.push_back(of.buses_outside);
        bus.push_back(system.buses.name[static_cast<std::size_t>(of.bus)]);
        section.push_back(
            of.section < 0 ? "" : system.sections.name[static_cast<std::size_t>(of.section)]);
        pu.push_back(of.v_pu);
        flow_mw.push_back(of.flow_mw);
        relief_mw.push_back(of.relief_mw);
    }
    data.integers["security/outside_hour"] = std::move(hour);
    data.integers["security/outside_buses"] = std::move(buses);
    data.texts["security/outside_bus"] = std::move(bus);
    data.texts["security/outside_section"] = std::move(section);
    data.numbers["security/outside_pu"] = std::move(pu);
    data.numbers["security/outside_flow_mw"] = std::move(flow_mw);
    data.numbers["security/outside_relief_mw"] = std::move(relief_mw);
}

void add_security(const System& system, const Security& security, SmallData& data) {
    auto& n = data.numbers;
    const std::pair<const char*, double SecurityRound::*> of_round[] = {
        {"line_hours", &SecurityRound::line_hours},
        {"line_mwh", &SecurityRound::line_mwh},
        {"station_hours", &SecurityRound::station_hours},
        {"station_mwh", &SecurityRound::station_mwh},
        {"outage_ratings", &SecurityRound::outage_ratings},
        {"outage_mwh", &SecurityRound::outage_mwh},
        {"listed_ratings", &SecurityRound::listed_ratings},
        {"listed_mwh", &SecurityRound::listed_mwh},
        {"voltage_hours", &SecurityRound::voltage_hours},
        {"voltage_bus_hours", &SecurityRound::voltage_bus_hours},
        {"voltage_mwh", &SecurityRound::voltage_mwh},
        {"slack_hours", &SecurityRound::slack_hours},
        {"slack_mvar", &SecurityRound::slack_mvar},
        {"cost_cny", &SecurityRound::cost_cny}};
    for (const auto& [name, member] : of_round) {
        auto& values = n[fmt::format("security/round_{}", name)];
        for (const SecurityRound& round : security.rounds) {
            values.push_back(round.*member);
        }
    }
    n["security/machine_value_cny"] = security.machine_value_cny;
    const std::size_t branches = system.branches.line.size();
    const auto known = [&](std::vector<double> values) {
        values.resize(branches, std::numeric_limits<double>::quiet_NaN());
        return values;
    };
    n["branches/outage_loading"] = known(security.branch_loading);
    n["branches/outage_value_cny_per_mw"] = known(security.branch_value_cny_per_mw);
    grid::Names lost(branches);
    std::vector<int> hour = security.branch_hour;
    hour.resize(branches, -1);
    for (std::size_t l = 0; l < security.branch_lost.size(); ++l) {
        const int branch = security.branch_lost[l];
        lost[l] = branch < 0 ? "" : system.branches.name[static_cast<std::size_t>(branch)];
    }
    data.texts["branches/outage_lost"] = std::move(lost);
    data.integers["branches/outage_hour"] = std::move(hour);
    add_voltage_hours(system, security.voltage_hours, data);
}

void add_targets(const System& system, const Content& content, SmallData& data) {
    auto& n = data.numbers;
    for (const char* name : {"owed_mwh", "own_mwh", "short_mwh", "bought_mwh", "sold_mwh",
                             "price_cny_per_mwh", "certificate_cny_per_mwh"}) {
        n[fmt::format("targets/{}", name)] = {};
    }
    data.texts["targets/target"] = {};
    data.integers["targets/begin"] = {};
    data.integers["targets/end"] = {};
    for (const TargetResult& result : content.targets) {
        data.texts["targets/target"].push_back(
            system.targets.name[static_cast<std::size_t>(result.target)]);
        data.integers["targets/begin"].push_back(result.begin);
        data.integers["targets/end"].push_back(result.end);
        n["targets/owed_mwh"].push_back(result.owed_mwh);
        n["targets/own_mwh"].push_back(result.own_mwh);
        n["targets/short_mwh"].push_back(result.short_mwh);
        n["targets/bought_mwh"].push_back(result.bought_mwh);
        n["targets/sold_mwh"].push_back(result.sold_mwh);
        n["targets/price_cny_per_mwh"].push_back(result.price_cny_per_mwh);
        n["targets/certificate_cny_per_mwh"].push_back(result.certificate_cny_per_mwh);
    }
}

void add_emission_caps(const System& system, const Content& content, SmallData& data) {
    auto& n = data.numbers;
    for (const char* name : {"cap_t", "counted_t", "excess_t", "price_cny_per_t"}) {
        n[fmt::format("emission_caps/{}", name)] = {};
    }
    data.texts["emission_caps/cap"] = {};
    data.integers["emission_caps/begin"] = {};
    data.integers["emission_caps/end"] = {};
    for (const EmissionCapResult& result : content.emission_caps) {
        data.texts["emission_caps/cap"].push_back(
            system.emission_caps.name[static_cast<std::size_t>(result.cap)]);
        data.integers["emission_caps/begin"].push_back(result.begin);
        data.integers["emission_caps/end"].push_back(result.end);
        n["emission_caps/cap_t"].push_back(result.cap_t);
        n["emission_caps/counted_t"].push_back(result.counted_t);
        n["emission_caps/excess_t"].push_back(result.excess_t);
        n["emission_caps/price_cny_per_t"].push_back(result.price_cny_per_t);
    }
}

SmallData small_data(const System& system, const Content& content, const ContractResults& contracts,
                     std::vector<double> terminal_short_hm3) {
    SmallData data;
    auto& n = data.numbers;
    n["reservoirs/terminal_short_hm3"] = std::move(terminal_short_hm3);
    auto& start = n["flexible_loads/energy_start_mwh"];
    for (std::size_t i = 0; i < system.flexible_loads.line.size(); ++i) {
        start.push_back(grid::initial_energy_mwh(system, i, content.span.begin));
    }

    const grid::Schedule& s = content.schedule;
    auto& contract = data.texts["contracts/contract"];
    for (const int row : s.contract_of_period) {
        contract.push_back(system.contracts.name[static_cast<std::size_t>(row)]);
    }
    data.integers["contracts/begin"] = s.contract_begin;
    data.integers["contracts/end"] = s.contract_end;
    n["contracts/low_mwh"] = s.contract_low_mwh;
    n["contracts/high_mwh"] = s.contract_high_mwh;
    n["contracts/energy_mwh"] = contracts.energy_mwh;
    n["contracts/short_mwh"] = contracts.short_mwh;
    n["contracts/price_cny_per_mwh"] = contracts.price_cny_per_mwh;

    const RowPrices& prices = content.row_prices;
    data.texts["row_prices/tag"] = prices.tag;
    data.texts["row_prices/what"] = prices.what;
    data.integers["row_prices/of_pattern"] = prices.pattern;
    data.integers["row_prices/begin"] = prices.begin;
    data.integers["row_prices/end"] = prices.end;
    n["row_prices/lower"] = prices.lower;
    n["row_prices/upper"] = prices.upper;
    n["row_prices/price"] = prices.price_cny;
    n["row_prices/breach_cny"] = prices.breach_cny;
    data.integers["row_prices/term_pattern"] = prices.term_pattern;
    data.texts["row_prices/term_channel"] = prices.term_channel;
    n["row_prices/term_weight"] = prices.term_weight;
    add_targets(system, content, data);
    add_emission_caps(system, content, data);
    add_security(system, content.security, data);

    for (const char* path : {"limits/kind", "limits/item"}) {
        data.texts[path] = {};
    }
    for (const char* path : {"limits/row", "limits/at", "limits/side"}) {
        data.integers[path] = {};
    }
    for (const char* path : {"limits/limit_mw", "limits/price_cny_per_mwh"}) {
        n[path] = {};
    }
    for (const ActiveLimit& limit : content.limits) {
        const auto row = static_cast<std::size_t>(limit.item);
        data.texts["limits/kind"].push_back(limit.kind);
        data.texts["limits/item"].push_back(limit.kind == "section" ? system.sections.name[row]
                                                                    : system.branches.name[row]);
        data.integers["limits/row"].push_back(limit.item);
        data.integers["limits/at"].push_back(limit.hour);
        data.integers["limits/side"].push_back(limit.side);
        n["limits/limit_mw"].push_back(limit.limit_mw);
        n["limits/price_cny_per_mwh"].push_back(limit.price_cny_per_mwh);
    }

    const Certificate& c = content.certificate;
    n["certificate/cost_cny"] = {c.cost_cny};
    n["certificate/bound_cny"] = {c.bound_cny};
    n["certificate/broken_limits_cny"] = {c.broken_limits_cny};
    n["certificate/gap"] = {c.gap};
    data.texts["certificate/bound_source"] = {c.bound_source};
    n["certificate/primal_infeasibility"] = {c.primal_infeasibility};
    n["certificate/dual_infeasibility"] = {c.dual_infeasibility};
    n["certificate/integrality"] = {c.integrality};
    n["certificate/checked_cost_cny"] = {c.checked_cost_cny};
    n["certificate/worst_deviation"] = {c.worst_deviation};
    n["certificate/checks"] = {static_cast<double>(c.checks)};
    n["certificate/breaches"] = {static_cast<double>(c.breaches)};
    auto& parts = n["certificate/cost_part_cny"];
    for (const auto& part : content.cost_parts_cny) {
        parts.push_back(part.second);
    }
    auto& bound_parts = n["certificate/bound_part_cny"];
    for (const auto& part : content.bound_parts_cny) {
        bound_parts.push_back(part.second);
    }
    auto& seconds = n["stages/seconds"];
    for (const Stage& stage : content.stages) {
        seconds.push_back(stage.seconds);
    }
    n["forecast/memory_mb"] = {content.forecast.memory_mb};
    n["forecast/seconds"] = {content.forecast.seconds};
    n["forecast/memory_used_mb"] = {content.forecast.memory_used_mb};
    n["forecast/seconds_used"] = {content.forecast.seconds_used};
    data.texts["breaches/words"] = content.breaches;
    n["restart/columns"] = content.columns;
    n["restart/iterations"] = {static_cast<double>(content.iterations)};
    return data;
}

void write_scales(GroupWriter& writer, const Group& group, const System& system,
                  const Content& content) {
    if (group.rows != nullptr) {
        writer.scale("name", item_names(group, system), "name of the item");
    }
    const bool hourly = std::any_of(datasets().begin(), datasets().end(), [&](const Dataset& d) {
        return d.group == group.name && d.hourly();
    });
    if (hourly) {
        writer.hours(hour_numbers(content.span, system.info.year),
                     fmt::format("hours since {}:00",
                                 grid::date_of_hour(content.span.begin, system.info.year)));
    }
    if (group.name == "balances") {
        const BalanceAxes axes = balance_axes(system);
        writer.scale("region", system.regions.name, "name of the region");
        writer.scale("technology", axes.technologies, "technology of the plant");
        writer.scale("storage_technology", axes.storage_technologies, "technology of the storage");
    } else if (group.name == "contracts") {
        writer.scale("period", content.schedule.contract_of_period.size(),
                     "contract and period, counted");
    } else if (group.name == "targets") {
        writer.scale("period", content.targets.size(), "target and period, counted");
    } else if (group.name == "emission_caps") {
        writer.scale("period", content.emission_caps.size(), "cap and period, counted");
    } else if (group.name == "limits") {
        writer.scale("limit", content.limits.size(), "limit, counted");
    } else if (group.name == "row_prices") {
        writer.scale("pattern", content.row_prices.tag.size(), "pattern, counted");
        writer.scale("row", content.row_prices.pattern.size(), "row, counted");
        writer.scale("term", content.row_prices.term_pattern.size(), "term, counted");
    } else if (group.name == "security") {
        writer.scale("round", content.security.rounds.size(), "round, counted");
        writer.scale("outside", content.security.voltage_hours.size(),
                     "hour with a voltage outside its band, counted");
        writer.scale("machine",
                     content.security.machine_value_cny.empty() ? grid::Names()
                                                                : system.machines.name,
                     "row of machines.csv");
    } else if (group.name == "certificate") {
        grid::Names parts;
        for (const auto& part : content.cost_parts_cny) {
            parts.push_back(part.first);
        }
        writer.scale("part", parts, "kind of cost");
        grid::Names bound_parts;
        for (const auto& part : content.bound_parts_cny) {
            bound_parts.push_back(part.first);
        }
        writer.scale("bound_part", bound_parts, "kind of block, or rows");
    } else if (group.name == "stages") {
        grid::Names stages;
        for (const Stage& stage : content.stages) {
            stages.push_back(stage.name);
        }
        writer.scale("stage", stages, "name of the stage");
    } else if (group.name == "breaches") {
        writer.scale("breach", content.breaches.size(), "breach, counted");
    } else if (group.name == "restart") {
        writer.scale("column", content.columns.size(), "column, counted");
    }
}

void write_system(const Handle& file, const System& system) {
    const Handle parent = h5::make_group(file, "system");
    const auto registry = caseio::tables();
    for (const SystemTable& table : system_tables(system)) {
        const std::size_t rows = table.rows->line.size();
        const std::string dim = table.named ? "name" : "row";
        Handle group = h5::make_group(parent, table.name);
        const auto described = std::find_if(registry.begin(), registry.end(),
                                            [&](const auto& t) { return t.name == table.name; });
        h5::write_attribute(group, "long_name", described->meaning);
        GroupWriter writer(std::move(group));
        if (table.named) {
            writer.scale(dim, table.rows->name, "name of the row");
        } else {
            writer.scale(dim, rows, "row, counted");
        }
        for (const SystemColumn& column : table.columns) {
            Dataset d{"system/" + table.name, column.name, {dim}, Type::text, "1", ""};
            const auto take = [&](const caseio::Column& c) {
                if (c.name == column.name) {
                    d.unit = c.kind == caseio::Kind::profile || c.unit == "-" ? "1" : c.unit;
                    d.meaning = c.meaning;
                }
            };
            std::for_each(described->columns.begin(), described->columns.end(), take);
            std::for_each(caseio::common_columns().begin(), caseio::common_columns().end(), take);
            // Columns that a system made by hand leaves empty are left out.
            if (const auto* numbers = std::get_if<const grid::Numbers*>(&column.values)) {
                if ((*numbers)->size() == rows) {
                    writer.numbers(d, **numbers);
                }
            } else if (const auto* integers = std::get_if<const grid::Integers*>(&column.values)) {
                if ((*integers)->size() == rows) {
                    writer.integers(d, **integers);
                }
            } else if (const auto& texts = std::get<grid::Names>(column.values);
                       texts.size() == rows) {
                writer.texts(d, texts);
            }
        }
    }
}

} // namespace

SmallData collect_small(const Comm& comm, const System& system, const partition::Owners& owners,
                        const Content& content) {
    const ContractResults contracts = collect_contracts(comm, owners, content);
    auto terminal = collect_terminal(comm, owners, content.schedule, system.reservoirs.line.size());
    return small_data(system, content, contracts, std::move(terminal));
}

void write_small(const std::string& part, const System& system, const Content& content,
                 const SmallData& data) {
    const h5::Handle access = h5::file_access();
    h5::WrittenFile written(h5::own(H5Fopen(part.c_str(), H5F_ACC_RDWR, access.get()), H5Fclose,
                                    fmt::format("'{}' cannot be written", part)),
                            part);
    const Handle& file = written.handle();
    write_header(file, system, content);
    for (const Group& group : groups()) {
        Handle handle = h5::exists(file, group.name) ? h5::open_group(file, group.name)
                                                     : h5::make_group(file, group.name);
        h5::write_attribute(handle, "long_name", group.meaning);
        GroupWriter writer(std::move(handle));
        write_scales(writer, group, system, content);
        for (const Dataset& d : datasets()) {
            if (d.group != group.name) {
                continue;
            }
            if (d.hourly()) {
                writer.written_before(d);
            } else if (d.type == Type::number) {
                writer.numbers(d, data.numbers.at(d.path()));
            } else if (d.type == Type::integer) {
                writer.integers(d, data.integers.at(d.path()));
            } else {
                writer.texts(d, data.texts.at(d.path()));
            }
        }
    }
    write_system(file, system);
    written.flush();
    written.close();
}

} // namespace longyang::results
