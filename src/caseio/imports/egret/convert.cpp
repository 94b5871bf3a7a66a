#include "caseio/imports/egret/convert.hpp"

#include "caseio/imports/egret/making.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace longyang::caseio::imports::egret {
namespace {

constexpr double largest_mw = 1e6; // of the case's columns
constexpr double largest_price = 1e6;
constexpr double least_price = 1.0;
constexpr int year_h = 8760;

/// Builds all but the generators.
class Converter {
public:
    Converter(const std::string& file, const JsonPlace& elements, const JsonPlace& system,
              Making& making)
        : file_(file), elements_(elements), system_(system), m_(making),
          loads_(making.tables, making.profiles, making.notes) {}

    MadeCase convert() {
        write_buses();
        write_branches();
        write_interfaces();
        write_contingencies();
        write_loads();
        write_shunts();
        write_generators(elements_, m_);
        write_storages();
        write_reserves();
        list_what_is_left();
        return finish();
    }

private:
    CsvTable& table(const char* name, std::vector<std::string> header) {
        return m_.tables.table(name, std::move(header));
    }
    void note(const std::string& what, std::string item = "") {
        m_.notes.add(what, std::move(item));
    }
    /// The elements of a kind by name; none where the file has no such kind.
    [[nodiscard]] std::vector<std::pair<std::string, JsonPlace>> all(const char* kind) const {
        return elements_.has(kind) ? elements_.at(kind).members()
                                   : std::vector<std::pair<std::string, JsonPlace>>();
    }

    void write_buses() {
        table("regions", {"name"}).rows.push_back({"system"});
        auto& buses = table("buses", {"name", "region", "kv", "v_min_pu", "v_max_pu"});
        for (const auto& [name, bus] : elements_.at("bus").members()) {
            m_.buses.insert(name);
            double kv = bus.number_or("base_kv", 0.0, {0.0, 2000.0, "kV"});
            if (kv == 0.0) {
                note("buses without base_kv: 1 kV stands in its place", name);
                kv = 1.0;
            }
            kv_.emplace(name, kv);
            buses.rows.push_back({name, "system", cell(kv),
                                  cell(bus.number_or("v_min", 0.95, {0.0, 2.0, "pu"})),
                                  cell(bus.number_or("v_max", 1.05, {0.0, 2.0, "pu"}))});
            note_others(bus, "bus", {"base_kv", "v_min", "v_max"}, m_.notes);
        }
    }

    void write_branches() {
        for (const auto& [name, branch] : all("branch")) {
            if (!in_service(branch, "branch " + name, m_.notes)) {
                continue;
            }
            branches_.insert(name);
            const double x = branch.number("reactance");
            const double tap = branch.number_or("transformer_tap_ratio", 1.0, {0.5, 2.0, "pu"});
            const double shift =
                branch.number_or("transformer_phase_shift", 0.0, {-180.0, 180.0, "deg"});
            const double rating = rating_of(branch, "rating_long_term");
            const double emergency = rating_of(branch, "rating_emergency");
            const std::string from = bus_of(branch, "from_bus", m_);
            const std::string to = bus_of(branch, "to_bus", m_);
            const bool transformer =
                (branch.has("branch_type") && branch.at("branch_type").text() == "transformer") ||
                tap != 1.0 || shift != 0.0 || kv_[from] != kv_[to];
            table("branches", {"name", "from_bus", "to_bus", "kind", "r_pu", "x_pu", "b_pu",
                               "rating_mw", "rating_emergency_mw", "tap_pu", "shift_deg"})
                .rows.push_back({name, from, to,
                                 transformer ? "transformer"
                                 : x < 0.0   ? "series_capacitor"
                                             : "line",
                                 cell(branch.number_or("resistance", 0.0)), cell(x),
                                 cell(branch.number_or("charging_susceptance", 0.0)), cell(rating),
                                 cell(rating > 0.0 && emergency > rating ? emergency : 0.0),
                                 cell(tap), cell(shift)});
            if (branch.has("violation_penalty")) {
                note("limits of branches and interfaces that may be broken at a price "
                     "(violation_penalty): they hold",
                     name);
            }
            if (branch.has("planned_outage")) {
                note("branches with a planned_outage: in service", name);
            }
            note_angles(branch, name);
            note_others(branch, "branch",
                        {"from_bus", "to_bus", "branch_type", "reactance", "resistance",
                         "charging_susceptance", "rating_long_term", "rating_short_term",
                         "rating_emergency", "transformer_tap_ratio", "transformer_phase_shift",
                         "in_service", "violation_penalty", "planned_outage", "angle_diff_min",
                         "angle_diff_max", "lazy"},
                        m_.notes);
        }
    }

    [[nodiscard]] static double rating_of(const JsonPlace& branch, const char* key) {
        const double mw = branch.number_or(key, 0.0, {0.0, HUGE_VAL, "MW"});
        return mw > largest_mw ? 0.0 : mw;
    }

    void note_angles(const JsonPlace& branch, const std::string& name) {
        constexpr double right_angle_deg = 90.0; // beyond it there is no stable flow to limit
        if (branch.number_or("angle_diff_min", -right_angle_deg) > -right_angle_deg ||
            branch.number_or("angle_diff_max", right_angle_deg) < right_angle_deg) {
            note("limits of the angle over branches (angle_diff_min, angle_diff_max), not kept",
                 name);
        }
    }

    void write_interfaces() {
        for (const auto& [name, interface] : all("interface")) {
            if (!in_service(interface, "interface " + name, m_.notes)) {
                continue;
            }
            const double most = interface.number("maximum_limit");
            const double least = interface.number("minimum_limit");
            if (most < 0.0 || least > 0.0) {
                interface.at(most < 0.0 ? "maximum_limit" : "minimum_limit")
                    .fault(fmt::format("{}", most < 0.0 ? most : least),
                           "a range with 0 in it (limits of a section)");
                continue;
            }
            table("sections", {"name", "limit_forward_mw", "limit_backward_mw"})
                .rows.push_back(
                    {name, cell(std::min(most, largest_mw)), cell(std::min(-least, largest_mw))});
            const std::vector<JsonPlace> lines = interface.at("lines").items();
            const std::vector<double> signs =
                interface.at("line_orientation").numbers(lines.size(), {-1.0, 1.0, ""});
            for (std::size_t k = 0; k < lines.size(); ++k) {
                const std::string line = lines[k].text();
                if (branches_.count(line) == 0) {
                    lines[k].fault(lines[k].shown(), "a branch in service");
                } else if (signs[k] != 0.0) {
                    table("section_branches", {"section", "branch", "sign"})
                        .rows.push_back({name, line, cell(signs[k])});
                }
            }
            if (interface.has("violation_penalty")) {
                note("limits of branches and interfaces that may be broken at a price "
                     "(violation_penalty): they hold",
                     name);
            }
            note_others(interface, "interface",
                        {"in_service", "maximum_limit", "minimum_limit", "lines",
                         "line_orientation", "violation_penalty", "lazy"},
                        m_.notes);
        }
    }

    void write_contingencies() {
        for (const auto& [name, contingency] : all("contingency")) {
            const std::string branch = contingency.has("branch_contingency")
                                           ? contingency.at("branch_contingency").text()
                                           : "";
            if (branches_.count(branch) == 0) {
                note("contingencies that are not a branch in service, left out", name);
                continue;
            }
            table("contingencies", {"name", "branch"}).rows.push_back({name, branch});
        }
        if (!all("contingency").empty()) {
            note("contingencies: `longyang run --security n1` looks at the loss of every branch, "
                 "of those with a row here as well");
        }
    }

    void write_loads() {
        const double price = system_.number_or(
            "load_mismatch_cost", 1e6 * system_.number_or("baseMVA", 100.0), {0.0, HUGE_VAL, ""});
        lost_load_ = std::clamp(price, least_price, largest_price);
        if (lost_load_ != price) {
            note(fmt::format("price of load not served: {} in place of {}", lost_load_, price));
        }
        for (const auto& [name, load] : all("load")) {
            if (in_service(load, "load " + name, m_.notes)) {
                write_load(load, name);
            }
        }
    }

    void write_load(const JsonPlace& load, const std::string& name) {
        note_others(load, "load", {"bus", "in_service", "p_load", "q_load", "p_price"}, m_.notes);
        const Series p = series(load.at("p_load"), m_.hours, {-largest_mw, largest_mw, "MW"});
        const Series q = series_or(load, "q_load", m_.hours, 0.0);
        if (load.at("bus").is_object()) {
            for (const auto& [bus, share] : load.at("bus").at("values").members()) {
                const double part = share.number();
                if (m_.buses.count(bus) == 0) {
                    share.fault("a share of bus " + in_quotes(bus), "a bus of elements.bus");
                    continue;
                }
                loads_.demand(fmt::format("{}_{}", name, bus), bus, times(p, part), times(q, part),
                              lost_load_);
            }
            return;
        }
        const std::string bus = bus_of(load, "bus", m_);
        if (load.has("p_price")) {
            m_.above_egret += loads_.priced(name, bus, p, series(load.at("p_price"), m_.hours));
        } else {
            loads_.demand(name, bus, p, q, lost_load_);
        }
    }

    [[nodiscard]] static Series times(Series s, double factor) {
        for (double& v : s.value) {
            v *= factor;
        }
        return s;
    }

    void write_shunts() {
        for (const auto& [name, shunt] : all("shunt")) {
            if (!in_service(shunt, "shunt " + name, m_.notes)) {
                continue;
            }
            const double g = shunt.number_or("gs", 0.0);
            table("shunts", {"name", "bus", "kind", "g_mw", "b_mvar"})
                .rows.push_back({name, bus_of(shunt, "bus", m_), "fixed", cell(g),
                                 cell(shunt.number_or("bs", 0.0))});
            if (g != 0.0) {
                note("conductances gs: in power flows, not in the balances of a run", name);
            }
        }
    }

    void write_storages() {
        for (const auto& [name, storage] : all("storage")) {
            if (!in_service(storage, "storage " + name, m_.notes)) {
                continue;
            }
            const Range share = {0.0, 1.0, ""};
            const double capacity = storage.number("energy_capacity", {0.0, 1e8, "MWh"});
            const double least = storage.number_or("minimum_state_of_charge", 0.0, share);
            const double begin = storage.number_or("initial_state_of_charge", 0.5, share);
            const double end = storage.number_or("end_state_of_charge", begin, share);
            const double loss =
                1.0 - storage.number_or("retention_rate_60min", 1.0, {0.5, 1.0, ""});
            table("storages", {"name", "bus", "technology", "charge_max_mw", "discharge_max_mw",
                               "energy_max_mwh", "efficiency_charge", "efficiency_discharge",
                               "loss_per_h", "variable_om_cny_per_mwh", "energy_initial_mwh"})
                .rows.push_back(
                    {name, bus_of(storage, "bus", m_), "battery",
                     cell(storage.number_or("max_charge_rate", 0.0, {0.0, 1e5, "MW"})),
                     cell(storage.number_or("max_discharge_rate", 0.0, {0.0, 1e5, "MW"})),
                     cell(capacity * (1.0 - least)),
                     cell(storage.number_or("charge_efficiency", 1.0, {0.01, 1.0, ""})),
                     cell(storage.number_or("discharge_efficiency", 1.0, {0.01, 1.0, ""})),
                     cell(loss),
                     cell(std::max(storage.number_or("discharge_cost", 0.0, {-1e5, 1e5, ""}), 0.0)),
                     cell(capacity * std::max(begin - least, 0.0))});
            note_storage(storage, name, end != begin, least > 0.0 && loss > 0.0);
        }
    }

    void note_storage(const JsonPlace& storage, const std::string& name, bool ends_apart,
                      bool least_loses) {
        if (ends_apart) {
            note("storages whose end_state_of_charge is not the initial one: at least the initial "
                 "one at the end",
                 name);
        }
        if (least_loses) {
            note("storages with minimum_state_of_charge and losses: no losses of the part that "
                 "stays",
                 name);
        }
        if (storage.number_or("charge_cost", 0.0) != 0.0 ||
            storage.number_or("discharge_cost", 0.0) < 0.0) {
            note("costs of charging, and costs of discharging below 0, without counterpart", name);
        }
        if (storage.number_or("min_charge_rate", 0.0) > 0.0 ||
            storage.number_or("min_discharge_rate", 0.0) > 0.0) {
            note("least rates of storages, without counterpart", name);
        }
        note_others(storage, "storage",
                    {"bus", "in_service", "energy_capacity", "minimum_state_of_charge",
                     "initial_state_of_charge", "end_state_of_charge", "retention_rate_60min",
                     "max_charge_rate", "max_discharge_rate", "charge_efficiency",
                     "discharge_efficiency", "charge_cost", "discharge_cost", "min_charge_rate",
                     "min_discharge_rate"},
                    m_.notes);
    }

    void write_reserves() {
        const Series need =
            series_or(system_, "reserve_requirement", m_.hours, 0.0, {0.0, 1e5, "MW"});
        if (need.most() == 0.0) {
            return;
        }
        const double mw = need.most();
        const double price =
            system_.number_or("reserve_shortfall_cost", 0.1 * lost_load_, {0.0, HUGE_VAL, ""});
        table("reserves", {"name", "region", "direction", "kind", "fixed_mw", "fixed_profile",
                           "shortfall_cny_per_mw"})
            .rows.push_back(
                {"reserve_requirement", "system", "up", "spinning", cell(mw),
                 need.constant() ? "" : m_.profiles.add("reserve_requirement", need.over(mw)),
                 cell(std::min(price, largest_price))});
    }

    /// Requirements of other products, and of parts of the system.
    void note_requirements(const JsonPlace& place, const std::string& where) {
        constexpr std::string_view ending = "_requirement";
        for (const auto& [key, value] : place.members()) {
            if (key.size() > ending.size() &&
                std::string_view(key).substr(key.size() - ending.size()) == ending &&
                (where != "system" || key != "reserve_requirement")) {
                note("requirements of other reserves than the system's reserve_requirement, "
                     "left out",
                     fmt::format("{} {}", where, key));
            }
        }
    }

    void list_what_is_left() {
        note_requirements(system_, "system");
        for (const char* const kind : {"area", "zone"}) {
            for (const auto& [name, part] : all(kind)) {
                note_requirements(part, fmt::format("{} {}", kind, name));
            }
        }
        for (const auto& [kind, some] : elements_.members()) {
            constexpr std::array read = {"bus",   "branch",  "interface", "contingency", "load",
                                         "shunt", "storage", "generator", "area",        "zone"};
            const bool known = std::any_of(read.begin(), read.end(),
                                           [&k = kind](const char* name) { return k == name; });
            if (known) {
                continue;
            }
            for (const auto& [name, element] : some.members()) {
                note("elements of kinds without a counterpart, left out",
                     fmt::format("{} {}", kind, name));
            }
        }
        for (const auto& [key, value] : system_.members()) {
            constexpr std::array read = {
                "name",          "time_keys",          "time_period_length_minutes",
                "baseMVA",       "load_mismatch_cost", "reserve_shortfall_cost",
                "reference_bus", "reference_bus_angle"};
            const bool known = key.find("_requirement") != std::string::npos ||
                               std::any_of(read.begin(), read.end(),
                                           [&k = key](const char* name) { return k == name; });
            if (!known) {
                note("members of system that are not read", key);
            }
        }
        if (m_.curves.largest_chord_error() > 1e-6) {
            note(fmt::format("polynomial costs: {} chords a generator, off by at most {:.3g} per "
                             "hour between their ends",
                             m_.choices.chords, m_.curves.largest_chord_error()));
        }
        note("load_mismatch_cost: the price of load not served; what is generated too much has no "
             "price, balances hold");
        if (m_.above_egret != 0.0) {
            note(fmt::format("the cost of a run lies {:.10g} above Egret's total_cost of the same "
                             "schedule, which counts served load and taken energy as gains",
                             m_.above_egret));
        }
    }

    [[nodiscard]] std::string case_name() const {
        return system_.has("name") ? system_.at("name").text() : file_.substr(0, file_.rfind('.'));
    }

    [[nodiscard]] std::string readme() const {
        std::string words = fmt::format(
            "# {}\n\nMade from the model data `{}` of Egret by `longyang import egret`. Do not "
            "edit the tables by hand; import again.\n\nThe file's {} hours are the first of the "
            "year; `longyang run` on this folder plans just these. Behind them profiles begin "
            "again.\n\n## What has no counterpart, or was changed\n\n",
            case_name(), file_, m_.hours);
        for (const std::string& line : m_.notes.words()) {
            words += fmt::format("- {}\n", line);
        }
        return words;
    }

    MadeCase finish() {
        m_.curves.write(m_.tables);
        MadeCase made;
        Head head;
        head.tool = "egret";
        head.name = case_name();
        head.source = "model data of Egret " + file_;
        head.year = m_.choices.year;
        head.base_mva = system_.number_or("baseMVA", 100.0, {0.1, 1e6, "MVA"});
        std::vector<CaseFile> tables = m_.tables.files();
        if (!m_.profiles.empty()) {
            head.more = "profiles = [\"profiles.csv\"]\n";
            tables.push_back(m_.profiles.file());
        }
        // The file says nothing of short-circuit power: renewable stations have no least ratio.
        head.more += fmt::format("\n[security]\nmrscr_min = 0\n\n[run]\nhours = {}\n", m_.hours);
        made.files.files.push_back(case_toml(head));
        std::move(tables.begin(), tables.end(), std::back_inserter(made.files.files));
        made.readme = readme();
        made.notes = m_.notes.words();
        return made;
    }

    const std::string& file_;
    JsonPlace elements_, system_;
    Making& m_;
    HourlyLoads loads_;
    std::map<std::string, double> kv_; ///< of each bus
    std::set<std::string> branches_;   ///< in service
    double lost_load_ = 0.0;           ///< price of load not served
};

/// Hours of the file: of a snapshot one.
std::size_t hours_of(const JsonPlace& system) {
    if (system.has("time_period_length_minutes") &&
        system.number("time_period_length_minutes") != 60.0) {
        const JsonPlace length = system.at("time_period_length_minutes");
        length.fault(length.shown(), "60: a case has hours");
    }
    if (!system.has("time_keys")) {
        return 1;
    }
    const std::size_t count = system.at("time_keys").items().size();
    if (count < 1 || count > year_h) {
        system.at("time_keys").fault(fmt::format("{} of them", count), "1 to 8760 hours");
        return 1;
    }
    return count;
}

} // namespace

bool in_service(const JsonPlace& element, const std::string& name, Notes& notes) {
    const bool in = !element.has("in_service") || element.at("in_service").flag();
    if (!in) {
        notes.add("elements out of service, left out", name);
    }
    return in;
}

std::string bus_of(const JsonPlace& element, const std::string& key, const Making& making) {
    const JsonPlace place = element.at(key);
    const std::string bus = place.text();
    if (!bus.empty() && making.buses.count(bus) == 0) {
        place.fault(place.shown(), "a bus of elements.bus");
    }
    return bus;
}

void note_others(const JsonPlace& element, const std::string& kind,
                 std::initializer_list<const char*> read, Notes& notes) {
    for (const auto& [key, value] : element.members()) {
        if (std::none_of(read.begin(), read.end(),
                         [&k = key](const char* name) { return k == name; })) {
            notes.add_once(fmt::format("members of a {} that are not read", kind), key);
        }
    }
}

MadeCase convert(const std::string& file, const nlohmann::json& root, const Choices& choices,
                 JsonFaults& faults) {
    const JsonPlace place(root, faults);
    const JsonPlace system = place.at("system");
    Making making(hours_of(system), choices);
    return Converter(file, place.at("elements"), system, making).convert();
}

} // namespace longyang::caseio::imports::egret
