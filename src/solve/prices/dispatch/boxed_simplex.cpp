#include "solve/prices/dispatch/boxed_simplex.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <random>
#include <utility>

namespace longyang::solve::prices {
namespace {

/// By which a variable may be beyond its bound, and as a share of it; a reduced cost of the wrong
/// sign.
constexpr double kept = 1e-8, kept_share = 1e-13, priced = 1e-7;
/// Sums of rows that miss their columns' by more, or by more of the largest one, ask for a new
/// inverse, as a pivot does of which row and column say different things.
constexpr double most_residual = 1e-7, residual_share = 1e-12, most_doubt = 1e-7;
/// Entries of a pivot's row that count, and what ratios may differ by and be the same.
constexpr double least_alpha = 1e-9, same_ratio = 1e-9;
/// After so many pivots the inverse is made anew.
constexpr int most_since = 400;
/// Columns come into a new inverse by entries that are not small beside their largest, first.
constexpr double good_share = 0.1, least_share = 1e-7;
constexpr int most_rounds = 8;
/// So many pivots a row are a stall; costs then shift by up to so much of them, or of 1.
constexpr std::size_t stall_per_row = 4;
constexpr double shift_share = 1e-4;

std::size_t at(int number) {
    return static_cast<std::size_t>(number);
}

bool later(double a, double b) {
    return a > b;
}

} // namespace

int BoxedSimplex::add_column(std::vector<Entry> gives) {
    columns_.push_back(std::move(gives));
    column_state_.emplace_back();
    return static_cast<int>(columns_.size()) - 1;
}

void BoxedSimplex::make_room(std::size_t rows) {
    if (rows <= stride_) {
        return;
    }
    const std::size_t stride = std::max<std::size_t>(64, 2 * rows);
    std::vector<double> wider(stride * stride, 0.0);
    for (std::size_t p = 0; p < basic_.size(); ++p) {
        std::copy_n(inverse_.begin() + static_cast<std::ptrdiff_t>(p * stride_), stride_,
                    wider.begin() + static_cast<std::ptrdiff_t>(p * stride));
    }
    inverse_ = std::move(wider);
    stride_ = stride;
}

/// Its sum is basic: (B 0; b -1) has the inverse (B^-1 0; b B^-1 -1).
int BoxedSimplex::add_row(std::vector<Entry> weights) {
    const std::size_t row = rows();
    make_room(row + 1);
    row_state_.push_back({static_cast<int>(row), false});
    basic_.push_back(-1 - static_cast<int>(row));
    norm_.push_back(0.0);
    basic_value_.push_back(0.0);
    for (std::size_t p = 0; p < row; ++p) {
        inverse_row(p)[row] = 0.0;
    }
    by_place_.assign(channels_, 0.0);
    for (const Entry& entry : weights) {
        by_place_[at(entry.at)] = entry.value;
        of_channel_[at(entry.at)].push_back({static_cast<int>(row), entry.value});
    }
    const std::span<double> own = inverse_row(row);
    std::fill(own.begin(), own.end(), 0.0);
    own[row] = -1.0;
    for (std::size_t p = 0; p < row; ++p) {
        double b = 0.0;
        if (!is_row(basic_[p])) {
            for (const Entry& give : columns_[number(basic_[p])]) {
                b += at(give.at) < channels_ ? give.value * by_place_[at(give.at)] : 0.0;
            }
        }
        const std::span<const double> from = inverse_row(p);
        for (std::size_t i = 0; b != 0.0 && i < row; ++i) {
            own[i] += b * from[i];
        }
    }
    measure(row);
    row_weight_.push_back(std::move(weights));
    return static_cast<int>(row);
}

void BoxedSimplex::change(int row, int column, double value) {
    std::vector<Entry>& entries = columns_[at(column)];
    const int place = static_cast<int>(channels_) + row;
    const auto found = std::find_if(entries.begin(), entries.end(),
                                    [place](const Entry& entry) { return entry.at == place; });
    if (found != entries.end()) {
        found->value = value;
    } else {
        entries.push_back({place, value});
    }
    if (column_state_[at(column)].place >= 0) {
        since_factorised_ = -1;
    }
}

void BoxedSimplex::take_out(std::span<const int> row_gone, std::span<const int> column_gone) {
    const auto keep = [](auto& list, std::span<const int> gone) {
        std::size_t left = 0;
        for (std::size_t k = 0; k < gone.size(); ++k) {
            if (gone[k] == 0) {
                std::swap(list[left++], list[k]);
            }
        }
        list.resize(left);
    };
    std::vector<int> new_row(row_gone.size());
    std::transform_exclusive_scan(row_gone.begin(), row_gone.end(), new_row.begin(), 0,
                                  std::plus<>(), [](int gone) { return 1 - gone; });
    keep(row_state_, row_gone);
    keep(row_weight_, row_gone);
    keep(columns_, column_gone);
    keep(column_state_, column_gone);
    for (std::vector<Entry>& entries : columns_) {
        for (Entry& entry : entries) {
            if (at(entry.at) >= channels_) {
                entry.at = static_cast<int>(channels_) + new_row[at(entry.at) - channels_];
            }
        }
    }
    of_channel_.assign(channels_, {});
    for (std::size_t r = 0; r < rows(); ++r) {
        for (const Entry& entry : row_weight_[r]) {
            of_channel_[at(entry.at)].push_back({static_cast<int>(r), entry.value});
        }
    }
    basic_.resize(rows());
    norm_.resize(rows());
    basic_value_.resize(rows());
    since_factorised_ = -1;
}

std::vector<BoxedSimplex::Entry> BoxedSimplex::column(std::size_t number) const {
    std::vector<double> sums(rows(), 0.0);
    add_times(static_cast<Variable>(number), 1.0, sums);
    std::vector<Entry> entries;
    for (std::size_t r = 0; r < rows(); ++r) {
        if (sums[r] != 0.0) {
            entries.push_back({static_cast<int>(r), sums[r]});
        }
    }
    return entries;
}

void BoxedSimplex::measure(std::size_t place) {
    const std::span<const double> row = inverse_row(place);
    norm_[place] = std::inner_product(row.begin(), row.end(), row.begin(), 0.0);
}

/// Adds a variable's column, so many times.
void BoxedSimplex::add_times(Variable v, double amount, std::span<double> sums) const {
    if (is_row(v)) {
        sums[number(v)] -= amount;
        return;
    }
    for (const Entry& give : columns_[number(v)]) {
        if (at(give.at) >= channels_) {
            sums[at(give.at) - channels_] += amount * give.value;
            continue;
        }
        for (const Entry& entry : of_channel_[at(give.at)]) {
            sums[at(entry.at)] += amount * give.value * entry.value;
        }
    }
}

/// Numbers of rows through their weights to channels, and behind them as they are.
void BoxedSimplex::by_channel(std::span<const double> by_row) {
    by_place_.assign(channels_, 0.0);
    for (std::size_t r = 0; r < by_row.size(); ++r) {
        if (by_row[r] != 0.0) {
            for (const Entry& entry : row_weight_[r]) {
                by_place_[at(entry.at)] += by_row[r] * entry.value;
            }
        }
    }
    by_place_.insert(by_place_.end(), by_row.begin(), by_row.end());
}

/// Of a movable column and by_place_.
double BoxedSimplex::product(std::size_t k) const {
    double sum = 0.0;
    for (std::size_t e = first_[k]; e < first_[k + 1]; ++e) {
        sum += by_place_[at(entry_[e].at)] * entry_[e].value;
    }
    return sum;
}

/// Most vectors are columns, with entries in a few rows: the others are passed over.
void BoxedSimplex::through_inverse(std::span<const double> vector, std::vector<double>& out) {
    out.resize(rows());
    entries_.clear();
    for (std::size_t r = 0; r < vector.size(); ++r) {
        if (vector[r] != 0.0) {
            entries_.push_back({static_cast<int>(r), vector[r]});
        }
    }
    for (std::size_t p = 0; p < rows(); ++p) {
        const double* row = inverse_row(p).data();
        double sum = 0.0;
        for (const Entry& entry : entries_) {
            sum += row[entry.at] * entry.value;
        }
        out[p] = sum;
    }
}

/// The entering variable takes a place; through_ holds the inverse times its column.
void BoxedSimplex::pivot(std::size_t place, Variable entering) {
    const std::span<double> own = inverse_row(place);
    const double by = 1.0 / through_[place];
    for (double& item : own) {
        item *= by;
    }
    for (std::size_t p = 0; p < rows(); ++p) {
        const double share = through_[p];
        if (p == place || share == 0.0) {
            continue;
        }
        double* row = inverse_row(p).data();
        double norm = 0.0;
        for (std::size_t i = 0; i < own.size(); ++i) {
            row[i] -= share * own[i];
            norm += row[i] * row[i];
        }
        norm_[p] = norm;
    }
    measure(place);
    state(basic_[place]).place = -1;
    basic_[place] = entering;
    state(entering).place = static_cast<int>(place);
    ++since_factorised_;
}

/// A column takes the place of a row's sum that was not basic.
bool BoxedSimplex::bring_in(int column, double share) {
    sums_.assign(rows(), 0.0);
    add_times(column, 1.0, sums_);
    through_inverse(sums_, through_);
    double largest = 0.0;
    double most = 0.0;
    std::size_t place = 0;
    for (std::size_t p = 0; p < rows(); ++p) {
        largest = std::max(largest, std::abs(through_[p]));
        const bool free = is_row(basic_[p]) && row_state_[number(basic_[p])].at_upper;
        if (free && std::abs(through_[p]) > most) {
            most = std::abs(through_[p]);
            place = p;
        }
    }
    if (most <= share * largest || most == 0.0) {
        return false;
    }
    const std::size_t row = number(basic_[place]);
    pivot(place, column);
    row_state_[row].at_upper = false;
    return true;
}

/// The inverse from nothing: sums of rows in all places, then the basic columns one by one. Where
/// the basis had too many, those that no place is left for go to a bound.
void BoxedSimplex::factorise() {
    std::vector<int> columns;
    for (std::size_t j = 0; j < columns_.size(); ++j) {
        if (column_state_[j].place >= 0) {
            columns.push_back(static_cast<int>(j));
            column_state_[j].place = -1;
        }
    }
    std::vector<char> was_at_upper(rows());
    for (std::size_t r = 0; r < rows(); ++r) {
        // Until the end at_upper marks places that are to be had.
        was_at_upper[r] = row_state_[r].at_upper ? 1 : 0;
        row_state_[r].at_upper = row_state_[r].place < 0;
        row_state_[r].place = static_cast<int>(r);
        basic_[r] = -1 - static_cast<int>(r);
        const std::span<double> own = inverse_row(r);
        std::fill(own.begin(), own.end(), 0.0);
        own[r] = -1.0;
        norm_[r] = 1.0;
    }
    since_factorised_ = 0;
    for (const double share : {good_share, least_share}) {
        std::vector<int> waiting;
        for (const int column : columns) {
            if (!bring_in(column, share)) {
                waiting.push_back(column);
            }
        }
        columns = std::move(waiting);
    }
    for (std::size_t r = 0; r < rows(); ++r) {
        row_state_[r].at_upper = was_at_upper[r] != 0;
    }
    since_factorised_ = 0;
}

/// Columns of one value can neither enter nor flip.
void BoxedSimplex::list_movable() {
    movable_.clear();
    first_.assign(1, 0);
    entry_.clear();
    for (std::size_t j = 0; j < columns_.size(); ++j) {
        if (boxes_.upper[j] > boxes_.lower[j]) {
            movable_.push_back(static_cast<int>(j));
            entry_.insert(entry_.end(), columns_[j].begin(), columns_[j].end());
            first_.push_back(entry_.size());
        }
    }
    reduced_cost_.resize(movable_.size());
    alpha_.resize(movable_.size());
}

/// Duals of rows, which are the reduced costs of their sums, and reduced costs of columns.
void BoxedSimplex::price_out() {
    row_dual_.assign(rows(), 0.0);
    for (std::size_t p = 0; p < rows(); ++p) {
        const double cost = is_row(basic_[p]) ? 0.0 : cost_[number(basic_[p])];
        if (cost == 0.0) {
            continue;
        }
        const std::span<const double> row = inverse_row(p);
        for (std::size_t i = 0; i < row.size(); ++i) {
            row_dual_[i] += cost * row[i];
        }
    }
    by_channel(row_dual_);
    for (std::size_t k = 0; k < movable_.size(); ++k) {
        reduced_cost_[k] = cost_[number(movable_[k])] - product(k);
    }
}

/// Each variable that is not basic to the bound that its reduced cost asks for.
void BoxedSimplex::go_to_bounds() {
    const auto go = [](State& state, double reduced_cost) {
        if (state.place < 0 && std::abs(reduced_cost) > priced) {
            state.at_upper = reduced_cost < 0.0;
        }
    };
    for (std::size_t k = 0; k < movable_.size(); ++k) {
        go(state(movable_[k]), reduced_cost_[k]);
    }
    for (std::size_t r = 0; r < rows(); ++r) {
        go(row_state_[r], row_dual_[r]);
    }
}

/// Of all variables, from those that are not basic.
void BoxedSimplex::find_values() {
    value_.resize(columns_.size());
    sums_.assign(rows(), 0.0);
    for (std::size_t j = 0; j < columns_.size(); ++j) {
        const auto v = static_cast<Variable>(j);
        if (column_state_[j].place < 0) {
            value_[j] = at_bound(v);
            if (value_[j] != 0.0) {
                add_times(v, -value_[j], sums_);
            }
        }
    }
    for (std::size_t r = 0; r < rows(); ++r) {
        const Variable v = -1 - static_cast<Variable>(r);
        if (row_state_[r].place < 0) {
            add_times(v, -at_bound(v), sums_);
        }
    }
    through_inverse(sums_, basic_value_);
    for (std::size_t p = 0; p < rows(); ++p) {
        if (!is_row(basic_[p])) {
            value_[number(basic_[p])] = basic_value_[p];
        }
    }
}

/// Whether what is basic makes up for the rest.
bool BoxedSimplex::balanced() {
    double largest = 0.0;
    for (std::size_t p = 0; p < rows(); ++p) {
        add_times(basic_[p], -basic_value_[p], sums_);
        largest = std::max(largest, std::abs(basic_value_[p]));
    }
    const double most = most_residual + residual_share * largest;
    return std::all_of(sums_.begin(), sums_.end(),
                       [most](double sum) { return std::abs(sum) <= most; });
}

/// The basic variable that is farthest beyond its bound, as the dual's steepest edge has it.
BoxedSimplex::Leaving BoxedSimplex::most_missing() const {
    Leaving found;
    double most = 0.0;
    for (std::size_t p = 0; p < rows(); ++p) {
        const double low = lower(basic_[p]) - basic_value_[p];
        const double high = basic_value_[p] - upper(basic_[p]);
        const double missing = std::max(low, high);
        if (missing > kept + kept_share * std::abs(basic_value_[p]) &&
            missing * missing > most * norm_[p]) {
            most = missing * missing / norm_[p];
            found = {static_cast<int>(p), low > high ? missing : -missing};
        }
    }
    return found;
}

void BoxedSimplex::offer(Variable v, double alpha, double reduced_cost, double sign) {
    const double towards = state(v).at_upper ? sign * alpha : -sign * alpha;
    if (towards > least_alpha) {
        const double rest = state(v).at_upper ? -reduced_cost : reduced_cost;
        ways_.push_back({std::max(rest, 0.0) / towards, alpha, v});
    }
}

/// The leaving variable's row, and who may enter for it.
void BoxedSimplex::find_ways(const Leaving& leaving) {
    const std::span<const double> rho = inverse_row(static_cast<std::size_t>(leaving.place));
    const double sign = leaving.missing > 0.0 ? 1.0 : -1.0;
    ways_.clear();
    by_channel(rho);
    for (std::size_t k = 0; k < movable_.size(); ++k) {
        alpha_[k] = product(k);
        if (state(movable_[k]).place < 0) {
            offer(movable_[k], alpha_[k], reduced_cost_[k], sign);
        }
    }
    for (std::size_t r = 0; r < rows(); ++r) {
        if (row_state_[r].place < 0 && boxes_.row_upper[r] > boxes_.row_lower[r]) {
            offer(-1 - static_cast<Variable>(r), -rho[r], row_dual_[r], sign);
        }
    }
    std::make_heap(ways_.begin(), ways_.end(),
                   [](const Way& a, const Way& b) { return later(a.ratio, b.ratio); });
}

/// Variables come in the order of their ratios: as long as the leaving one stays beyond its bound,
/// they flip to their other bound; then, among the same ratios, the largest entry enters. alpha 0:
/// nobody can.
BoxedSimplex::Way BoxedSimplex::choose_entering(double missing) {
    const auto after = [](const Way& a, const Way& b) { return later(a.ratio, b.ratio); };
    const auto next = [&] {
        std::pop_heap(ways_.begin(), ways_.end(), after);
        const Way way = ways_.back();
        ways_.pop_back();
        return way;
    };
    flips_.clear();
    double left = std::abs(missing);
    while (!ways_.empty()) {
        Way best = next();
        const double range = upper(best.variable) - lower(best.variable);
        left -= std::abs(best.alpha) * range;
        if (left > 0.0) {
            flips_.push_back(best.variable);
            continue;
        }
        const double last = best.ratio + same_ratio * (1.0 + best.ratio);
        while (!ways_.empty() && ways_.front().ratio <= last) {
            const Way other = next();
            if (std::abs(other.alpha) > std::abs(best.alpha)) {
                best = other;
            }
        }
        return best;
    }
    return {};
}

void BoxedSimplex::flip() {
    if (flips_.empty()) {
        return;
    }
    sums_.assign(rows(), 0.0);
    for (const Variable v : flips_) {
        State& own = state(v);
        own.at_upper = !own.at_upper;
        const double range = upper(v) - lower(v);
        add_times(v, own.at_upper ? range : -range, sums_);
    }
    through_inverse(sums_, through_);
    for (std::size_t p = 0; p < rows(); ++p) {
        basic_value_[p] -= through_[p];
    }
}

/// False where rounding or the lack of a way does not let it be done.
bool BoxedSimplex::step(const Leaving& leaving) {
    const auto place = static_cast<std::size_t>(leaving.place);
    find_ways(leaving);
    const Way way = choose_entering(leaving.missing);
    if (way.alpha == 0.0) {
        return false;
    }
    const Variable entering = way.variable;
    const Variable out = basic_[place];
    flip();
    sums_.assign(rows(), 0.0);
    add_times(entering, 1.0, sums_);
    through_inverse(sums_, through_);
    if (std::abs(through_[place] - way.alpha) > most_doubt * (1.0 + std::abs(way.alpha))) {
        return false;
    }
    // Duals: what enters has none any more, what leaves gets it.
    const std::span<const double> rho = inverse_row(place);
    double rest = 0.0;
    if (is_row(entering)) {
        rest = row_dual_[number(entering)];
    } else {
        const auto at = std::lower_bound(movable_.begin(), movable_.end(), entering);
        rest = reduced_cost_[static_cast<std::size_t>(at - movable_.begin())];
    }
    const double dual_step = rest / way.alpha;
    for (std::size_t k = 0; k < movable_.size(); ++k) {
        reduced_cost_[k] -= dual_step * alpha_[k];
    }
    for (std::size_t r = 0; r < rows(); ++r) {
        row_dual_[r] += dual_step * rho[r];
    }
    // Values.
    const double bound = leaving.missing > 0.0 ? lower(out) : upper(out);
    const double length = (basic_value_[place] - bound) / through_[place];
    const double begin = at_bound(entering);
    for (std::size_t p = 0; p < rows(); ++p) {
        basic_value_[p] -= length * through_[p];
    }
    basic_value_[place] = begin + length;
    pivot(place, entering);
    state(out).at_upper = leaving.missing < 0.0;
    ++pivots_;
    return true;
}

BoxedSimplex::Outcome BoxedSimplex::pivot_until_kept() {
    const std::size_t most = stall_per_row * rows() + 100;
    for (std::size_t k = 0; k < most; ++k) {
        const Leaving leaving = most_missing();
        if (leaving.place < 0) {
            return Outcome::kept;
        }
        if (!step(leaving)) {
            return Outcome::failed;
        }
    }
    return Outcome::stalled;
}

/// To costs that no two columns share.
void BoxedSimplex::shift_costs(int seed) {
    std::minstd_rand random(static_cast<unsigned>(seed) + 1);
    constexpr double largest = 1.0 / std::minstd_rand::modulus;
    shifted_.assign(boxes_.cost.begin(), boxes_.cost.end());
    for (double& cost : shifted_) {
        cost += shift_share * largest * static_cast<double>(random()) * (1.0 + std::abs(cost));
    }
    cost_ = shifted_;
}

// PE-57  from the last basis: variables to the bounds that reduced costs ask for, then dual steps
//        until what is basic is between its bounds; with numbers worked out anew until they agree.
//        After a stall costs shift until that is so, and the true ones go on from there.
bool BoxedSimplex::solve(const Boxes& boxes) {
    boxes_ = boxes;
    cost_ = boxes.cost;
    list_movable();
    bool fresh = since_factorised_ < 0 || since_factorised_ > most_since;
    for (int round = 0; round < most_rounds; ++round) {
        if (fresh) {
            factorise();
        }
        price_out();
        go_to_bounds();
        find_values();
        fresh = !balanced();
        if (fresh) {
            continue;
        }
        const bool shifted = cost_.data() != boxes_.cost.data();
        if (most_missing().place < 0 && !shifted) {
            return true;
        }
        switch (pivot_until_kept()) {
        case Outcome::kept:
            cost_ = boxes_.cost;
            break;
        case Outcome::stalled:
            shift_costs(round);
            break;
        case Outcome::failed:
            fresh = true;
            break;
        }
    }
    return false;
}

} // namespace longyang::solve::prices
