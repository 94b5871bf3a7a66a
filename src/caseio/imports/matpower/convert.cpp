#include "caseio/imports/matpower/convert.hpp"

#include "caseio/imports/cost_curves.hpp"
#include "grid/islands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <set>
#include <utility>

namespace longyang::caseio::imports::matpower {
namespace {

constexpr double largest_mvar = 1e5; // of the case's columns
constexpr double largest_unit_mw = 1e4;
constexpr double least_unit_mw = 0.001;
constexpr double largest_rating_mw = 1e6;

/// How a generator appears in the case.
enum class Role { left_out, plant, condenser, load };

/// Builds the tables of one case.
class Converter {
public:
    Converter(const Text& text, const Network& network, const Choices& choices)
        : text_(text), network_(network), choices_(choices) {}

    MadeCase convert() {
        find_kept_buses();
        find_set_points();
        write_buses();
        write_branches();
        write_demand();
        write_shunts();
        for (std::size_t k = 0; k < network_.generators.size(); ++k) {
            write_generator(k);
        }
        if (choices_.dc_lines) {
            write_dc_lines();
        } else if (!network_.dc_lines.empty()) {
            note("mpc.dcline: left out, as was asked for",
                 fmt::format("{} rows", network_.dc_lines.size()));
        }
        write_slack();
        list_what_is_left();
        return finish();
    }

private:
    [[nodiscard]] static std::size_t at(int row) { return static_cast<std::size_t>(row); }
    [[nodiscard]] std::string bus_name(int row) const {
        return fmt::format("{}", network_.buses[at(row)].number);
    }
    [[nodiscard]] bool kept(int bus) const { return kept_[at(bus)]; }
    [[nodiscard]] bool in_service(const Branch& b) const {
        return kept(b.from) && kept(b.to) && b.on;
    }

    CsvTable& table(const char* name, std::vector<std::string> header) {
        return tables_.table(name, std::move(header));
    }
    void note(const std::string& what, std::string item = "") { notes_.add(what, std::move(item)); }

    void find_kept_buses() {
        const std::size_t count = network_.buses.size();
        std::vector<char> joined(count, count == 1 ? 1 : 0);
        const auto isolated = [&](int bus) { return network_.buses[at(bus)].type == 4; };
        for (const Branch& b : network_.branches) {
            if (b.on && !isolated(b.from) && !isolated(b.to)) {
                joined[at(b.from)] = joined[at(b.to)] = 1;
            }
        }
        for (std::size_t b = 0; b < count; ++b) {
            const bool keep = joined[b] != 0;
            kept_.push_back(keep);
            if (!keep) {
                note(network_.buses[b].type == 4
                         ? "isolated buses (type 4), left out with all that stands there"
                         : "buses without a branch in service, left out with all that stands there",
                     fmt::format("{}", network_.buses[b].number));
            }
        }
    }

    [[nodiscard]] Role role_of(const Generator& g) const {
        if (!kept(g.bus)) {
            return Role::left_out;
        }
        if (g.pmax_mw <= 0.0) {
            return !g.on ? Role::left_out : g.pmin_mw < 0.0 ? Role::load : Role::condenser;
        }
        return Role::plant;
    }

    /// The voltage that each bus is held at: that of its last generator in service, as in MATPOWER;
    /// 0 where none is held.
    void find_set_points() {
        set_pu_.assign(network_.buses.size(), 0.0);
        for (std::size_t k = 0; k < network_.generators.size(); ++k) {
            const Generator& g = network_.generators[k];
            const Role role = role_of(g);
            const int type = network_.buses[at(g.bus)].type;
            if (!g.on || (role != Role::plant && role != Role::condenser)) {
                continue;
            }
            if (type != 2 && type != 3) {
                note("generators at buses of type 1: they hold no voltage and give QG",
                     fmt::format("gen_{}", k + 1));
                continue;
            }
            double& set = set_pu_[at(g.bus)];
            if (set != 0.0 && set != g.vg_pu) {
                note("buses whose generators state different VG: the last one counts",
                     bus_name(g.bus));
            }
            set = g.vg_pu;
        }
        if (!choices_.dc_lines) {
            return;
        }
        for (const DcLine& d : network_.dc_lines) {
            if (d.on && kept(d.from) && kept(d.to)) {
                set_pu_[at(d.from)] = d.vf_pu;
                set_pu_[at(d.to)] = d.vt_pu;
            }
        }
    }

    void write_buses() {
        std::set<int> areas;
        auto& buses = table("buses", {"name", "region", "kv", "v_min_pu", "v_max_pu", "note"});
        for (std::size_t b = 0; b < network_.buses.size(); ++b) {
            const Bus& bus = network_.buses[b];
            if (!kept_[b]) {
                continue;
            }
            areas.insert(bus.area);
            if (bus.base_kv == 0.0) {
                note("buses without BASE_KV: 1 kV stands in its place",
                     fmt::format("{}", bus.number));
            }
            buses.rows.push_back({fmt::format("{}", bus.number), fmt::format("area_{}", bus.area),
                                  cell(bus.base_kv == 0.0 ? 1.0 : bus.base_kv),
                                  cell(std::min(bus.vmin_pu, 2.0)),
                                  cell(std::min(bus.vmax_pu, 2.0)), bus.label});
        }
        auto& regions = table("regions", {"name"});
        for (const int area : areas) {
            regions.rows.push_back({fmt::format("area_{}", area)});
        }
    }

    [[nodiscard]] std::string kind_of(const Branch& b) const {
        if (b.r_pu < 0.0 || b.b_pu < 0.0) {
            return "transformer"; // part of an equivalent
        }
        const bool ratio = b.tap_pu != 0.0 || b.shift_deg != 0.0 ||
                           network_.buses[at(b.from)].base_kv != network_.buses[at(b.to)].base_kv;
        return ratio ? "transformer" : b.x_pu < 0.0 ? "series_capacitor" : "line";
    }

    void write_branches() {
        auto& branches =
            table("branches", {"name", "from_bus", "to_bus", "kind", "r_pu", "x_pu", "b_pu",
                               "rating_mw", "rating_emergency_mw", "tap_pu", "shift_deg"});
        for (std::size_t k = 0; k < network_.branches.size(); ++k) {
            const Branch& b = network_.branches[k];
            std::string name = fmt::format("branch_{}", k + 1);
            if (!in_service(b)) {
                note("branches out of service or at buses left out, left out", std::move(name));
                continue;
            }
            if (b.angle_limits) {
                note("limits of the angle over branches (ANGMIN, ANGMAX), not kept", name);
            }
            const double rating = b.rate_a_mva > largest_rating_mw ? 0.0 : b.rate_a_mva;
            const double emergency = b.rate_c_mva > largest_rating_mw ? 0.0 : b.rate_c_mva;
            branches.rows.push_back({std::move(name), bus_name(b.from), bus_name(b.to), kind_of(b),
                                     cell(b.r_pu), cell(b.x_pu), cell(b.b_pu), cell(rating),
                                     cell(rating > 0.0 && emergency > rating ? emergency : 0.0),
                                     cell(b.tap_pu == 0.0 ? 1.0 : b.tap_pu), cell(b.shift_deg)});
        }
    }

    CsvTable& loads() {
        return table("loads",
                     {"name", "bus", "mean_mw", "mean_mvar", "value_of_lost_load_cny_per_mwh"});
    }
    CsvTable& dispatch() {
        return table("dispatch", {"table", "name", "p_mw", "q_mvar", "slack_share"});
    }

    void write_demand() {
        for (std::size_t b = 0; b < network_.buses.size(); ++b) {
            const Bus& bus = network_.buses[b];
            if (!kept_[b]) {
                continue;
            }
            const std::string name = fmt::format("{}", bus.number);
            if (bus.pd_mw < 0.0) {
                const std::string plant = fmt::format("import_{}", name);
                table("renewables", {"name", "bus", "technology", "capacity_mw", "profile"})
                    .rows.push_back({plant, name, "import", cell(-bus.pd_mw), "always"});
                dispatch().rows.push_back({"renewables", plant, cell(-bus.pd_mw), "0", "0"});
                note("negative demand: a plant that gives it, and may be curtailed by a run",
                     plant);
            }
            if (bus.pd_mw > 0.0 || bus.qd_mvar != 0.0) {
                loads().rows.push_back({fmt::format("load_{}", name), name,
                                        cell(std::max(bus.pd_mw, 0.0)), cell(bus.qd_mvar),
                                        "20000"});
            }
        }
    }

    CsvTable& shunts() {
        return table("shunts", {"name", "bus", "kind", "g_mw", "b_mvar", "q_min_mvar", "q_max_mvar",
                                "v_set_pu"});
    }

    void write_shunts() {
        for (std::size_t b = 0; b < network_.buses.size(); ++b) {
            const Bus& bus = network_.buses[b];
            if (kept_[b] && (bus.gs_mw != 0.0 || bus.bs_mvar != 0.0)) {
                const std::string name = fmt::format("{}", bus.number);
                shunts().rows.push_back({fmt::format("shunt_{}", name), name, "fixed",
                                         cell(bus.gs_mw), cell(bus.bs_mvar), "0", "0", "1"});
                if (bus.gs_mw != 0.0) {
                    note("conductances GS: in power flows, not in the balances of a run", name);
                }
            }
        }
    }

    /// A reactive limit within the range of the case's columns.
    double bounded(double mvar) {
        if (std::abs(mvar) > largest_mvar) {
            note(fmt::format("reactive limits beyond {} Mvar: that stands in their place",
                             largest_mvar));
        }
        return std::clamp(mvar, -largest_mvar, largest_mvar);
    }

    void write_generator(std::size_t k) {
        const Generator& g = network_.generators[k];
        const std::string name = fmt::format("gen_{}", k + 1);
        switch (role_of(g)) {
        case Role::left_out:
            note("generators at buses left out, or without active power and out of service, left "
                 "out",
                 name);
            return;
        case Role::plant:
            write_plant(g, name);
            write_machine(g, name, "generator", "thermal");
            break;
        case Role::condenser:
            write_machine(g, name, "condenser", "");
            break;
        case Role::load:
            write_dispatchable_load(g, name);
            return;
        }
        if (!g.on) {
            return;
        }
        const bool plant = role_of(g) == Role::plant;
        dispatch().rows.push_back(
            {plant ? "thermal" : "machines", name, cell(g.pg_mw), cell(g.qg_mvar), "0"});
        if (set_pu_[at(g.bus)] != 0.0) {
            slack_row_.emplace_back(g.bus, dispatch().rows.size() - 1);
        }
    }

    [[nodiscard]] static int units_of(const Generator& g) {
        return std::isfinite(g.pmax_mw)
                   ? std::max(1, static_cast<int>(std::ceil(g.pmax_mw / largest_unit_mw)))
                   : 1;
    }

    void write_plant(const Generator& g, const std::string& name) {
        const int units = units_of(g);
        double p_max = std::min(g.pmax_mw, largest_unit_mw * units) / units;
        if (p_max < least_unit_mw || g.pmax_mw > largest_unit_mw) {
            note("generators below 0.001 MW or above 10000 MW: raised, or in several units, or cut",
                 name);
            p_max = std::max(p_max, least_unit_mw);
        }
        if (g.pmin_mw < 0.0) {
            note("generators with negative PMIN: a run keeps them at 0 and more", name);
        }
        const double p_min = std::min(std::max(g.pmin_mw, 0.0) / units, p_max);
        table("thermal", {"name", "bus", "fuel", "technology", "units", "p_min_mw", "p_max_mw"})
            .rows.push_back({name, bus_name(g.bus), "cost", g.fuel.empty() ? "unknown" : g.fuel,
                             fmt::format("{}", units), cell(p_min), cell(p_max)});
        if (!g.on) {
            table("outages", {"plant", "from_hour", "to_hour", "units"})
                .rows.push_back({name, "0", "8760", fmt::format("{}", units)});
            note("generators out of service: out all year (outages.csv)", name);
        }
        if (g.cost.startup > 0.0) {
            table("start_tiers", {"plant", "off_h", "cost_cny"})
                .rows.push_back({name, "1", cell(g.cost.startup / units)});
        }
        if (g.cost.shutdown != 0.0) {
            note("costs of a stop (SHUTDOWN), without counterpart", name);
        }
        write_curve(g, name, units, p_min, p_max);
    }

    void write_curve(const Generator& g, const std::string& name, int units, double p_min,
                     double p_max) {
        if (!g.cost.by_output.given) {
            note("generators without a cost: 0.001 per MWh", name);
        }
        curves_.add(name, units,
                    cost_curve(g.cost.by_output, p_min * units, p_max * units, choices_.chords),
                    notes_);
    }

    void write_machine(const Generator& g, const std::string& name, const char* kind,
                       const char* plant_table) {
        constexpr double power_factor = 0.85;
        const int units = units_of(g);
        const double q_low = bounded(g.qmin_mvar);
        const double q_high = bounded(g.qmax_mvar);
        const double p = std::isfinite(g.pmax_mw) ? g.pmax_mw : std::abs(g.pg_mw);
        double rating = std::max({p / power_factor, std::abs(g.pg_mw) / power_factor});
        if (rating <= 0.0) {
            rating = std::max(std::abs(q_low), std::abs(q_high));
        }
        rating = rating <= 0.0 ? network_.base_mva : rating;
        table("machines", {"name", "bus", "kind", "plant_table", "plant", "units", "s_mva",
                           "q_min_mvar", "q_max_mvar", "v_set_pu", "quality", "note"})
            .rows.push_back({name, bus_name(g.bus), kind, plant_table,
                             *plant_table == '\0' ? "" : name, fmt::format("{}", units),
                             cell(std::min(rating / units, largest_mvar)), cell(q_low / units),
                             cell(q_high / units), cell(set_pu_[at(g.bus)]), "estimated",
                             "s_mva from the limits of power"});
    }

    /// Only negative power: a demand that may be left unserved at its price.
    void write_dispatchable_load(const Generator& g, const std::string& name) {
        const double mean = -g.pmin_mw;
        const double price =
            (cost_at(g.cost.by_output, 0.0) - cost_at(g.cost.by_output, g.pmin_mw)) / mean;
        const double q = g.qmin_mvar != 0.0 ? g.qmin_mvar : g.qmax_mvar;
        loads().rows.push_back({name, bus_name(g.bus), cell(mean),
                                cell(std::isfinite(q) ? -bounded(q) : 0.0),
                                cell(std::clamp(price, 1.0, 1e6))});
        dispatch().rows.push_back({"loads", name, cell(-g.pg_mw), cell(-g.qg_mvar), "0"});
        note("generators with negative power only: loads with a price", name);
    }

    void write_dc_lines() {
        for (std::size_t k = 0; k < network_.dc_lines.size(); ++k) {
            const DcLine& d = network_.dc_lines[k];
            const std::string name = fmt::format("dcline_{}", k + 1);
            if (!d.on || !kept(d.from) || !kept(d.to)) {
                note("DC lines out of service or at buses left out, left out", name);
                continue;
            }
            write_dc_link(d, name);
            write_compensator(name + "_from", d.from, d.qminf_mvar, d.qmaxf_mvar);
            write_compensator(name + "_to", d.to, d.qmint_mvar, d.qmaxt_mvar);
            note("DC lines: costs and QF, QT are left out", name);
        }
    }

    /// LOSS1 goes with what is sent, LOSS0 is drawn at `to`. The file's figures below 0 are what
    /// arrives at `from`, the case's what `to` sends.
    void write_dc_link(const DcLine& d, const std::string& name) {
        constexpr double most_loss_pu = 0.5; // of the case format, as what follows
        constexpr double largest_mw = 1e5;
        constexpr double same_mw = 1e-6;
        const double loss_pu = std::clamp(d.loss1, 0.0, most_loss_pu);
        const double loss0_mw = std::max(d.loss0_mw, 0.0);
        if (loss_pu != d.loss1 || loss0_mw != d.loss0_mw) {
            note("DC lines with a LOSS1 beyond 0 to 0.5, or a LOSS0 below 0: the nearest counts",
                 name);
        }
        const auto sent_mw = [loss_pu](double mw) { return mw < 0.0 ? mw / (1.0 - loss_pu) : mw; };
        const double most = std::max({std::min(d.pmax_mw, largest_mw), d.pf_mw, 0.0});
        const double least = std::min(std::max(d.pmin_mw, -largest_mw), d.pf_mw);
        if (d.pf_mw > d.pmax_mw || d.pf_mw < d.pmin_mw || d.pmax_mw < 0.0) {
            note("DC lines with PF beyond PMIN and PMAX, or PMAX below 0: limits widened to PF and "
                 "0",
                 name);
        }
        const double arrives_mw = d.pf_mw < 0.0 ? sent_mw(d.pf_mw) : (1.0 - loss_pu) * d.pf_mw;
        if (std::abs(arrives_mw - loss0_mw - d.pt_mw) > same_mw) {
            note("DC lines whose PT is not what PF, LOSS0 and LOSS1 leave: PF counts", name);
        }
        table("dc_links", {"name", "from_bus", "to_bus", "p_max_mw", "p_min_mw", "loss_pu"})
            .rows.push_back({name, bus_name(d.from), bus_name(d.to), cell(most),
                             cell(sent_mw(least)), cell(loss_pu)});
        dispatch().rows.push_back({"dc_links", name, cell(sent_mw(d.pf_mw)), "0", "0"});
        if (loss0_mw > 0.0) {
            loads().rows.push_back({name + "_loss", bus_name(d.to), cell(loss0_mw), "0", "20000"});
            note("LOSS0 of DC lines: a load where the line ends", name);
        }
    }

    /// Gives the reactive power of a DC line's end.
    void write_compensator(const std::string& name, int bus, double q_min, double q_max) {
        shunts().rows.push_back({name, bus_name(bus), "svc", "0", "0", cell(bounded(q_min)),
                                 cell(bounded(q_max)), cell(set_pu_[at(bus)])});
    }

    /// The reference bus's first generator takes up what is missing.
    void write_slack() {
        std::vector<int> from;
        std::vector<int> to;
        for (const Branch& b : network_.branches) {
            if (in_service(b)) {
                from.push_back(b.from);
                to.push_back(b.to);
            }
        }
        const std::vector<int> island =
            grid::islands(static_cast<int>(network_.buses.size()), from, to);
        std::map<int, int> references; // of an island
        for (std::size_t b = 0; b < network_.buses.size(); ++b) {
            references[island[b]] += network_.buses[b].type == 3 && kept_[b] ? 1 : 0;
        }
        for (std::size_t b = 0; b < network_.buses.size(); ++b) {
            if (network_.buses[b].type != 3 || !kept_[b]) {
                continue;
            }
            const auto found =
                std::find_if(slack_row_.begin(), slack_row_.end(),
                             [&](const auto& row) { return row.first == static_cast<int>(b); });
            if (found == slack_row_.end()) {
                note("reference buses without a generator in service: all machines that are "
                     "connected share what is missing",
                     fmt::format("{}", network_.buses[b].number));
            } else {
                dispatch().rows[found->second].back() = cell(1.0);
            }
            const bool shared = references[island[b]] > 1;
            if (network_.buses[b].va_deg != 0.0 || shared) {
                note(fmt::format("angle of reference bus {}: {} deg, {}", network_.buses[b].number,
                                 network_.buses[b].va_deg,
                                 shared ? "not held: reference buses share what is missing, and "
                                          "angles follow"
                                        : "counted as 0"));
            }
        }
    }

    void list_what_is_left() {
        if (network_.reactive_costs) {
            note("costs of reactive power (second half of mpc.gencost), without counterpart");
        }
        if (network_.more_generator_columns) {
            note("columns of mpc.gen from PC1 on (capability curve, ramps, participation), without "
                 "counterpart");
        }
        for (const std::string& field : network_.other_fields) {
            note("fields that are not read", fmt::format("mpc.{}", field));
        }
        if (curves_.largest_chord_error() > 1e-6) {
            note(fmt::format("polynomial costs: {} chords a generator, off by at most {:.3g} per "
                             "hour between their ends",
                             choices_.chords, curves_.largest_chord_error()));
        }
        note("reactances and inertia of machines, times and ramps of units are not in the format: "
             "the defaults of the case format hold");
    }

    [[nodiscard]] std::string readme() const {
        std::string words = fmt::format(
            "# {}\n\nMade from the MATPOWER case `{}` by `longyang import matpower`. Do not edit "
            "the tables by hand; import again.\n\n## What has no counterpart, or was changed\n\n",
            case_name(), text_.file);
        for (const std::string& line : notes_.words()) {
            words += fmt::format("- {}\n", line);
        }
        words += "\n## The file's dispatch\n\n"
                 "`dispatch.csv` holds the active and reactive power of every generator in service "
                 "(PG, QG), of plants made from negative demand, and of DC lines; loads draw what "
                 "`loads.csv` says. `slack_share` marks the generator that takes up what is "
                 "missing. `longyang flow` works on it.\n";
        if (!text_.header.empty()) {
            words += "\n## Comments at the head of the file\n\n";
            for (const std::string& line : text_.header) {
                words += fmt::format("    {}\n", line);
            }
        }
        return words;
    }

    [[nodiscard]] std::string case_name() const {
        return text_.function.empty() ? text_.file : text_.function;
    }

    MadeCase finish() {
        curves_.write(tables_);
        MadeCase made;
        Head head;
        head.tool = "matpower";
        head.name = case_name();
        head.source = "MATPOWER case " + text_.file;
        head.year = choices_.year;
        head.base_mva = network_.base_mva;
        std::vector<CaseFile> tables = tables_.files();
        const bool needs_profile = std::any_of(tables.begin(), tables.end(), [](const CaseFile& t) {
            return t.name == "renewables.csv";
        });
        if (needs_profile) {
            head.more = "profiles = [\"profiles.csv\"]\n";
            std::string bytes = "always\n";
            for (int h = 0; h < 8760; ++h) {
                bytes += "1\n";
            }
            tables.push_back({"profiles.csv", std::move(bytes)});
        }
        made.files.files.push_back(case_toml(head));
        std::move(tables.begin(), tables.end(), std::back_inserter(made.files.files));
        made.readme = readme();
        made.notes = notes_.words();
        return made;
    }

    const Text& text_;
    const Network& network_;
    const Choices& choices_;
    std::vector<bool> kept_;     ///< per bus
    std::vector<double> set_pu_; ///< per bus, 0: none
    Tables tables_;
    CostCurves curves_;
    std::vector<std::pair<int, std::size_t>> slack_row_; ///< bus, row of dispatch
    Notes notes_;
};

} // namespace

MadeCase convert(const Text& text, const Network& network, const Choices& choices) {
    return Converter(text, network, choices).convert();
}

} // namespace longyang::caseio::imports::matpower
