#include "results/read.hpp"

#include "base/error.hpp"
#include "results/datasets.hpp"
#include "results/hdf5_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <initializer_list>
#include <limits>

namespace longyang::results {

class OpenFile {
public:
    explicit OpenFile(h5::Handle file) : file_(std::move(file)) {}
    [[nodiscard]] const h5::Handle& get() const { return file_; }

private:
    h5::Handle file_;
};

namespace {

constexpr std::string_view option_prefix = "option_";
constexpr std::string_view library_prefix = "library_";

h5::Handle open(const Stored& stored, const std::string& path) {
    // Links are looked up one by one: a missing group is no error of HDF5's.
    for (std::size_t end = path.find('/'); end != std::string::npos;
         end = path.find('/', end + 1)) {
        if (!h5::exists(stored.file->get(), path.substr(0, end))) {
            throw Error(Exit::file,
                        fmt::format("'{}' has no group '{}'", stored.path, path.substr(0, end)));
        }
    }
    if (!h5::exists(stored.file->get(), path)) {
        throw Error(Exit::file, fmt::format("'{}' has no dataset '{}'", stored.path, path));
    }
    return h5::open_dataset(stored.file->get(), path);
}

std::string attribute(const Stored& stored, const std::string& name) {
    const auto found = std::find_if(stored.attributes.begin(), stored.attributes.end(),
                                    [&](const auto& a) { return a.first == name; });
    if (found == stored.attributes.end()) {
        throw Error(Exit::file,
                    fmt::format("'{}' is no complete results file: attribute '{}' is missing",
                                stored.path, name));
    }
    return found->second;
}

template <class T>
T number_attribute(const Stored& stored, const std::string& name) {
    const std::string text = attribute(stored, name);
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        throw Error(Exit::file, fmt::format("'{}': attribute '{}' is '{}', expected a number",
                                            stored.path, name, text));
    }
    return value;
}

double scalar(const Stored& stored, const std::string& path) {
    const auto values = numbers(stored, path);
    return values.empty() ? 0.0 : values.front();
}

std::vector<int> integers(const Stored& stored, const std::string& path) {
    std::vector<int> out;
    for (const double value : numbers(stored, path)) {
        if (!(std::abs(value) <= std::numeric_limits<int>::max())) {
            throw Error(Exit::file, fmt::format("'{}': {} holds {}, expected a whole number",
                                                stored.path, path, value));
        }
        out.push_back(static_cast<int>(value));
    }
    return out;
}

/// Lists of a group that belong together.
void require_alike(const Stored& stored, std::string_view group,
                   std::initializer_list<std::size_t> sizes) {
    for (const std::size_t size : sizes) {
        if (size != *sizes.begin()) {
            throw Error(Exit::file, fmt::format("'{}': lists of {} have {} and {} entries, "
                                                "expected as many of each",
                                                stored.path, group, *sizes.begin(), size));
        }
    }
}

/// The file is one of ours, of a version that this program reads.
void check_kind(const Stored& stored) {
    const auto kind = std::find_if(stored.attributes.begin(), stored.attributes.end(),
                                   [](const auto& a) { return a.first == "kind"; });
    if (kind == stored.attributes.end() || kind->second != file_kind) {
        throw Error(
            Exit::file,
            fmt::format("'{}' is an HDF5 file, but not one of Longyang's results", stored.path));
    }
    const int version = number_attribute<int>(stored, "format_version");
    if (version != format_version) {
        throw Error(Exit::file,
                    fmt::format("'{}' has format version {}, this program reads version {}: use "
                                "Longyang {} or {} one",
                                stored.path, version, format_version,
                                attribute(stored, "program_version"),
                                version > format_version ? "a newer" : "write it again with this"));
    }
}

void read_header(Stored& stored) {
    Header& h = stored.header;
    h.status = attribute(stored, "status");
    h.status_words = attribute(stored, "status_words");
    h.program_version = attribute(stored, "program_version");
    h.git_hash = attribute(stored, "git_hash");
    h.command_line = attribute(stored, "command_line");
    h.ranks = number_attribute<int>(stored, "ranks");
    h.started = attribute(stored, "started");
    h.ended = attribute(stored, "ended");
    for (const auto& [name, value] : stored.attributes) {
        if (name.starts_with(option_prefix)) {
            h.options.emplace_back(name.substr(option_prefix.size()), value);
        } else if (name.starts_with(library_prefix)) {
            h.libraries.emplace_back(name.substr(library_prefix.size()), value);
        }
    }
    grid::CaseInfo& info = stored.info;
    info.name = attribute(stored, "case_name");
    info.title = attribute(stored, "case_title");
    info.year = number_attribute<int>(stored, "case_year");
    info.time_zone = attribute(stored, "case_time_zone");
    info.licence = attribute(stored, "case_licence");
    info.folder = attribute(stored, "case_folder");
    info.hash = attribute(stored, "case_hash");
    info.base_mva = number_attribute<double>(stored, "case_base_mva");
    info.carbon_price_cny_per_t = number_attribute<double>(stored, "case_carbon_price_cny_per_t");
    stored.start = attribute(stored, "span_start");
    stored.span = {number_attribute<int>(stored, "span_begin_hour"),
                   number_attribute<int>(stored, "span_hours")};
    if (stored.span.begin < 0 || stored.span.hours < 1 ||
        stored.span.hours > grid::hours_per_year - stored.span.begin) {
        throw Error(Exit::file,
                    fmt::format("'{}': a span of {} h from hour {}, expected hours of one year",
                                stored.path, stored.span.hours, stored.span.begin));
    }
}

void read_certificate(Stored& stored) {
    Certificate& c = stored.certificate;
    c.cost_cny = scalar(stored, "certificate/cost_cny");
    c.bound_cny = scalar(stored, "certificate/bound_cny");
    if (h5::exists(stored.file->get(), "certificate/broken_limits_cny")) { // not in older files
        c.broken_limits_cny = scalar(stored, "certificate/broken_limits_cny");
    }
    c.gap = scalar(stored, "certificate/gap");
    const auto source = texts(stored, "certificate/bound_source");
    c.bound_source = source.empty() ? "" : source.front();
    c.primal_infeasibility = scalar(stored, "certificate/primal_infeasibility");
    c.dual_infeasibility = scalar(stored, "certificate/dual_infeasibility");
    c.integrality = scalar(stored, "certificate/integrality");
    c.checked_cost_cny = scalar(stored, "certificate/checked_cost_cny");
    c.worst_deviation = scalar(stored, "certificate/worst_deviation");
    c.checks = static_cast<long long>(scalar(stored, "certificate/checks"));
    c.breaches = static_cast<long long>(scalar(stored, "certificate/breaches"));

    const auto part = texts(stored, "certificate/part");
    const auto cost = numbers(stored, "certificate/cost_part_cny");
    require_alike(stored, "certificate/part", {part.size(), cost.size()});
    for (std::size_t k = 0; k < part.size(); ++k) {
        stored.cost_parts_cny.emplace_back(part[k], cost[k]);
    }
}

void read_bound_parts(Stored& stored) {
    if (h5::exists(stored.file->get(), "certificate/bound_part_cny")) {
        const auto part = texts(stored, "certificate/bound_part");
        const auto bound = numbers(stored, "certificate/bound_part_cny");
        require_alike(stored, "certificate/bound_part", {part.size(), bound.size()});
        for (std::size_t k = 0; k < part.size(); ++k) {
            stored.bound_parts_cny.emplace_back(part[k], bound[k]);
        }
    }
}

void read_emission_caps(Stored& stored) {
    if (!h5::exists(stored.file->get(), "emission_caps/cap")) {
        return;
    }
    const auto name = texts(stored, "emission_caps/cap");
    const auto begin = integers(stored, "emission_caps/begin");
    const auto end = integers(stored, "emission_caps/end");
    const auto cap = numbers(stored, "emission_caps/cap_t");
    const auto counted = numbers(stored, "emission_caps/counted_t");
    const auto excess = numbers(stored, "emission_caps/excess_t");
    const auto price = numbers(stored, "emission_caps/price_cny_per_t");
    require_alike(stored, "emission_caps",
                  {name.size(), begin.size(), end.size(), cap.size(), counted.size(), excess.size(),
                   price.size()});
    for (std::size_t k = 0; k < name.size(); ++k) {
        stored.emission_caps.push_back(
            {name[k], begin[k], end[k], cap[k], counted[k], excess[k], price[k]});
    }
}

void read_targets(Stored& stored) {
    if (!h5::exists(stored.file->get(), "targets/target")) {
        return;
    }
    const auto name = texts(stored, "targets/target");
    const auto begin = integers(stored, "targets/begin");
    const auto end = integers(stored, "targets/end");
    const auto owed = numbers(stored, "targets/owed_mwh");
    const auto own = numbers(stored, "targets/own_mwh");
    const auto missing = numbers(stored, "targets/short_mwh");
    const auto bought = numbers(stored, "targets/bought_mwh");
    const auto sold = numbers(stored, "targets/sold_mwh");
    const auto price = numbers(stored, "targets/price_cny_per_mwh");
    const auto certificate = numbers(stored, "targets/certificate_cny_per_mwh");
    require_alike(stored, "targets",
                  {name.size(), begin.size(), end.size(), owed.size(), own.size(), missing.size(),
                   bought.size(), sold.size(), price.size(), certificate.size()});
    for (std::size_t k = 0; k < name.size(); ++k) {
        stored.targets.push_back({name[k], begin[k], end[k], owed[k], own[k], missing[k], bought[k],
                                  sold[k], price[k], certificate[k]});
    }
}

void read_lists(Stored& stored) {
    const auto stage = texts(stored, "stages/stage");
    const auto seconds = numbers(stored, "stages/seconds");
    require_alike(stored, "stages", {stage.size(), seconds.size()});
    for (std::size_t k = 0; k < stage.size(); ++k) {
        stored.stages.push_back({stage[k], seconds[k]});
    }
    stored.forecast = {scalar(stored, "forecast/memory_mb"), scalar(stored, "forecast/seconds"),
                       scalar(stored, "forecast/memory_used_mb"),
                       scalar(stored, "forecast/seconds_used")};

    const auto kind = texts(stored, "limits/kind");
    const auto item = texts(stored, "limits/item");
    const auto row = integers(stored, "limits/row");
    const auto at = integers(stored, "limits/at");
    const auto side = integers(stored, "limits/side");
    const auto limit = numbers(stored, "limits/limit_mw");
    const auto price = numbers(stored, "limits/price_cny_per_mwh");
    require_alike(
        stored, "limits",
        {kind.size(), item.size(), row.size(), at.size(), side.size(), limit.size(), price.size()});
    for (std::size_t k = 0; k < kind.size(); ++k) {
        stored.limits.push_back({kind[k], item[k], row[k], at[k], side[k], limit[k], price[k]});
    }

    const auto contract = texts(stored, "contracts/contract");
    const auto begin = integers(stored, "contracts/begin");
    const auto end = integers(stored, "contracts/end");
    const auto low = numbers(stored, "contracts/low_mwh");
    const auto high = numbers(stored, "contracts/high_mwh");
    const auto energy = numbers(stored, "contracts/energy_mwh");
    const auto missing = numbers(stored, "contracts/short_mwh");
    const bool priced = h5::exists(stored.file->get(), "contracts/price_cny_per_mwh");
    const auto period_price = priced ? numbers(stored, "contracts/price_cny_per_mwh")
                                     : grid::Numbers(contract.size(), 0.0);
    require_alike(stored, "contracts",
                  {contract.size(), begin.size(), end.size(), low.size(), high.size(),
                   energy.size(), missing.size(), period_price.size()});
    for (std::size_t k = 0; k < contract.size(); ++k) {
        stored.contracts.push_back({contract[k], begin[k], end[k], low[k], high[k], energy[k],
                                    missing[k], period_price[k]});
    }
    read_targets(stored);
    read_emission_caps(stored);
    stored.breaches = texts(stored, "breaches/words");
}

/// For H5Ovisit2, whose Info is H5O_info_t in HDF5 1.10 and H5O_info1_t since 1.12.
template <class Info>
herr_t collect_path(hid_t /*root*/, const char* name, const Info* info, void* data) {
    if (info->type == H5O_TYPE_DATASET) {
        static_cast<std::vector<std::string>*>(data)->emplace_back(name);
    }
    return 0;
}

} // namespace

Stored read_results(const std::string& path) {
    const h5::Quiet quiet;
    Stored stored;
    stored.path = path;
    stored.file = std::make_shared<const OpenFile>(h5::open_for_reading(path));
    stored.attributes = h5::read_attributes(stored.file->get());
    check_kind(stored);
    read_header(stored);
    read_certificate(stored);
    read_bound_parts(stored);
    read_lists(stored);
    return stored;
}

std::string option_in_force(const Stored& stored, const std::string& name) {
    for (const auto& [option, value] : stored.header.options) {
        if (option == name) {
            return value;
        }
    }
    return {};
}

bool holds(const Stored& stored, const std::string& path) {
    const h5::Quiet quiet;
    return h5::exists(stored.file->get(), path);
}

grid::HourTable hourly(const Stored& stored, const std::string& path) {
    const h5::Quiet quiet;
    const h5::Handle dataset = open(stored, path);
    const h5::Extent extent = h5::extent_of(dataset);
    grid::HourTable table;
    table.hours = extent.empty() ? 0 : extent.back();
    table.values = h5::read_numbers(dataset);
    table.items = 1;
    for (std::size_t k = 0; k + 1 < extent.size(); ++k) {
        table.items *= extent[k];
    }
    return table;
}

grid::Numbers numbers(const Stored& stored, const std::string& path) {
    const h5::Quiet quiet;
    return h5::read_numbers(open(stored, path));
}

grid::Names texts(const Stored& stored, const std::string& path) {
    const h5::Quiet quiet;
    return h5::read_texts(open(stored, path));
}

AnyData read_any(const Stored& stored, const std::string& path) {
    const h5::Quiet quiet;
    const h5::Handle dataset = open(stored, path);
    const h5::Extent extent = h5::extent_of(dataset);
    AnyData data;
    data.extent.assign(extent.begin(), extent.end());
    data.dims = h5::dims_of(dataset);
    data.text = h5::holds_text(dataset);
    if (data.text) {
        data.texts = h5::read_texts(dataset);
    } else {
        data.numbers = h5::read_numbers(dataset);
    }
    return data;
}

std::vector<std::string> dataset_paths(const Stored& stored) {
    const h5::Quiet quiet;
    std::vector<std::string> paths;
    h5::check(H5Ovisit2(stored.file->get().get(), H5_INDEX_NAME, H5_ITER_INC, collect_path, &paths,
                        H5O_INFO_BASIC),
              fmt::format("listing '{}'", stored.path));
    return paths;
}

RowPrices read_row_prices(const Stored& stored) {
    RowPrices prices;
    prices.tag = texts(stored, "row_prices/tag");
    prices.what = texts(stored, "row_prices/what");
    prices.pattern = integers(stored, "row_prices/of_pattern");
    prices.begin = integers(stored, "row_prices/begin");
    prices.end = integers(stored, "row_prices/end");
    prices.lower = numbers(stored, "row_prices/lower");
    prices.upper = numbers(stored, "row_prices/upper");
    prices.price_cny = numbers(stored, "row_prices/price");
    if (h5::exists(stored.file->get(), "row_prices/term_weight")) {
        prices.breach_cny = numbers(stored, "row_prices/breach_cny");
        prices.term_pattern = integers(stored, "row_prices/term_pattern");
        prices.term_channel = texts(stored, "row_prices/term_channel");
        prices.term_weight = numbers(stored, "row_prices/term_weight");
    }
    prices.breach_cny.resize(prices.pattern.size(), std::numeric_limits<double>::infinity());
    const std::size_t rows = prices.pattern.size();
    const std::size_t terms = prices.term_pattern.size();
    const bool fits = terms == prices.term_channel.size() && terms == prices.term_weight.size() &&
                      prices.what.size() == prices.tag.size() && prices.begin.size() == rows &&
                      prices.end.size() == rows && prices.lower.size() == rows &&
                      prices.upper.size() == rows && prices.price_cny.size() == rows &&
                      std::all_of(prices.pattern.begin(), prices.pattern.end(), [&](int p) {
                          return p >= 0 && static_cast<std::size_t>(p) < prices.tag.size();
                      });
    if (!fits) {
        throw Error(Exit::file,
                    fmt::format("'{}': prices of rows do not fit each other", stored.path));
    }
    return prices;
}

int iterations_of(const Stored& stored) {
    const std::string path = "restart/iterations";
    const std::vector<int> told =
        h5::exists(stored.file->get(), path) ? integers(stored, path) : std::vector<int>();
    return told.empty() ? 0 : std::max(0, told.front());
}

grid::Schedule read_schedule(const Stored& stored, const grid::System& system) {
    grid::Schedule schedule = grid::empty_schedule(system, stored.span);
    for (const Dataset& d : datasets()) {
        if (d.of_schedule == nullptr) {
            continue;
        }
        grid::HourTable& target = schedule.*d.of_schedule;
        const bool later = d.path() == "thermal/captured_t" || target.items == 0;
        if (later && !h5::exists(stored.file->get(), d.path())) {
            continue; // written before carbon capture, or before there was the table: none
        }
        grid::HourTable table = hourly(stored, d.path());
        if (table.items != target.items || table.hours != target.hours) {
            throw Error(Exit::file,
                        fmt::format("'{}' is of another case: {} has {} items, the case {}",
                                    stored.path, d.path(), table.items, target.items));
        }
        target = std::move(table);
    }
    schedule.reservoir_terminal_short_hm3 = numbers(stored, "reservoirs/terminal_short_hm3");
    for (const StoredContract& c : stored.contracts) {
        if (c.begin < 0 || c.begin >= c.end || c.end > stored.span.hours) {
            throw Error(Exit::file,
                        fmt::format("'{}': a period of contract '{}' from hour {} to {} of {}",
                                    stored.path, c.name, c.begin, c.end, stored.span.hours));
        }
        const auto& names = system.contracts.name;
        const auto found = std::find(names.begin(), names.end(), c.name);
        if (found == names.end()) {
            throw Error(Exit::file, fmt::format("'{}' is of another case: it has a contract '{}'",
                                                stored.path, c.name));
        }
        schedule.contract_of_period.push_back(static_cast<int>(found - names.begin()));
        schedule.contract_begin.push_back(c.begin);
        schedule.contract_end.push_back(c.end);
        schedule.contract_low_mwh.push_back(c.low_mwh);
        schedule.contract_high_mwh.push_back(c.high_mwh);
        schedule.contract_energy_mwh.push_back(c.energy_mwh);
        schedule.contract_short_mwh.push_back(c.short_mwh);
    }
    if (schedule.target_short_mwh.size() != stored.targets.size()) {
        throw Error(
            Exit::file,
            fmt::format("'{}' is of another case: it has {} periods of targets, the case {}",
                        stored.path, stored.targets.size(), schedule.target_short_mwh.size()));
    }
    for (std::size_t k = 0; k < stored.targets.size(); ++k) {
        schedule.target_short_mwh[k] = stored.targets[k].short_mwh;
    }
    if (schedule.emission_excess_t.size() != stored.emission_caps.size()) {
        throw Error(
            Exit::file,
            fmt::format("'{}' is of another case: it has {} periods of emission caps, the case {}",
                        stored.path, stored.emission_caps.size(),
                        schedule.emission_excess_t.size()));
    }
    for (std::size_t k = 0; k < stored.emission_caps.size(); ++k) {
        schedule.emission_excess_t[k] = stored.emission_caps[k].excess_t;
    }
    return schedule;
}

} // namespace longyang::results
