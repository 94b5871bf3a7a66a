#include "run/improve_schedule.hpp"

#include "base/log.hpp"
#include "solve/prices/improve/improver.hpp"
#include "solve/prices/improve/window.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace longyang::run {
namespace {

namespace prices = solve::prices;

/// Hours of a window; the windows of the next round begin half of it later.
constexpr std::size_t window_h = 24;
/// A window is solved again where the round before has gained at least this share of the schedule's
/// mean cost in its hours.
constexpr double worth_share = 2e-5;
/// Windows that are solved from the same schedule, dealt to the ranks: so many whatever the ranks
/// are, or what comes of them would depend on it.
constexpr std::size_t most_together = 48;
/// Of these, windows that a rank solves before the ranks wait for each other: times differ, sums of
/// several less. The root holds the programmes of all of them.
constexpr std::size_t windows_a_rank = 8;

/// The rounds of one schedule.
class Rounds {
public:
    Rounds(const Comm& comm, const Improvement& improvement, Journal& journal,
           prices::Dispatch& schedule)
        : comm_(comm), ask_(improvement), journal_(journal), schedule_(schedule) {}

    void run();

private:
    [[nodiscard]] std::vector<prices::Window> in_order(int round);
    [[nodiscard]] static std::vector<prices::Window> take_some(std::vector<prices::Window>& left);
    void judge();
    [[nodiscard]] bool enough();
    bool go_through(std::vector<prices::Window> windows);
    void solve_some(std::span<const prices::Window> windows, std::size_t first, std::size_t last);
    void take(const prices::Window& window, std::size_t number, double seconds,
              std::span<const double> value);
    /// Of a window that begins with an hour of the span.
    [[nodiscard]] prices::WindowSettings settings(std::size_t begin) const;
    [[nodiscard]] bool worth(const prices::Window& window) const;
    /// Whether it holds an hour whose rows are broken, when they were last looked at.
    [[nodiscard]] bool is_broken(const prices::Window& window) const;
    [[nodiscard]] std::size_t place(const prices::Window& window, std::size_t hour) const {
        return static_cast<std::size_t>(window.part) *
                   static_cast<std::size_t>(ask_.coupling->hours) +
               hour;
    }

    const Comm& comm_;
    const Improvement& ask_;
    Journal& journal_;
    prices::Dispatch& schedule_;
    double longest_s_ = 0.0; ///< of this rank's windows
    // The root's.
    std::optional<prices::Improver> improver_;
    /// Parts x hours, in this round and the one before.
    std::vector<double> gained_cny_, before_cny_;
    double solving_s_ = 0.0;
    long solved_ = 0;
};

prices::WindowSettings Rounds::settings(std::size_t begin) const {
    prices::WindowSettings settings;
    settings.watch = [this, begin](std::size_t hour, std::span<const double> channel) {
        return ask_.watch->broken(static_cast<int>(begin + hour), channel, ask_.limits_per_hour);
    };
    return settings;
}

bool Rounds::is_broken(const prices::Window& window) const {
    const std::span<const char> broken = improver_->broken();
    return std::any_of(broken.begin() + static_cast<std::ptrdiff_t>(window.begin),
                       broken.begin() + static_cast<std::ptrdiff_t>(window.end),
                       [](char hour) { return hour != 0; });
}

bool Rounds::worth(const prices::Window& window) const {
    if (!ask_.hours.empty() &&
        std::none_of(ask_.hours.begin() + static_cast<std::ptrdiff_t>(window.begin),
                     ask_.hours.begin() + static_cast<std::ptrdiff_t>(window.end),
                     [](char counts) { return counts != 0; })) {
        return false;
    }
    if (before_cny_.empty()) {
        return true;
    }
    double sum = 0.0;
    for (std::size_t t = window.begin; t < window.end; ++t) {
        sum += before_cny_[place(window, t)];
    }
    return sum > worth_share * std::abs(schedule_.cost_cny) * static_cast<double>(window.hours()) /
                     static_cast<double>(before_cny_.size());
}

/// Windows [first, last), dealt to the ranks in turn.
void Rounds::solve_some(std::span<const prices::Window> windows, std::size_t first,
                        std::size_t last) {
    const auto ranks = static_cast<std::size_t>(comm_.size());
    std::vector<std::vector<std::byte>> messages;
    on_root(comm_, [&] {
        for (std::size_t rank = 0; rank < ranks; ++rank) {
            std::vector<prices::WindowProgramme> of_rank;
            for (std::size_t k = first + rank; k < last; k += ranks) {
                of_rank.push_back(improver_->programme(k));
            }
            messages.push_back(prices::to_bytes(of_rank));
        }
    });
    std::vector<double> answer; // of every window: seconds, how many values, the values
    const auto mine = prices::programmes_from_bytes(scatter_bytes(comm_, messages));
    agree(comm_, [&] {
        std::size_t k = first + static_cast<std::size_t>(comm_.rank());
        for (const prices::WindowProgramme& programme : mine) {
            if (ask_.stop(longest_s_)) {
                break; // the others stay as they are
            }
            const prices::WindowSolution found =
                prices::solve_window(programme, settings(windows[k].begin));
            k += ranks;
            longest_s_ = std::max(longest_s_, found.seconds);
            answer.push_back(found.seconds);
            answer.push_back(static_cast<double>(found.value.size()));
            answer.insert(answer.end(), found.value.begin(), found.value.end());
            spdlog::debug("window of {} columns, {} and {} rows: {} rounds, {} pivots, {} rows in "
                          "the end, {:.2f} s, gain {:.6g} CNY",
                          programme.cost.size(), programme.rows.lower.size(),
                          programme.waiting.lower.size(), found.rounds, found.pivots, found.rows,
                          found.seconds, found.gain_cny);
        }
    });
    const auto answers = gather_bytes(comm_, bytes_of(answer));
    on_root(comm_, [&] {
        std::vector<std::vector<double>> numbers;
        std::transform(answers.begin(), answers.end(), std::back_inserter(numbers), numbers_of);
        std::vector<std::size_t> at(ranks, 0);
        // One after the other in time: storages of a window begin where the one before it ends.
        for (std::size_t k = first; k < last; ++k) {
            const std::size_t rank = (k - first) % ranks;
            const std::span of_rank = std::span(numbers[rank]).subspan(at[rank]);
            if (of_rank.empty()) {
                improver_->take(k, {}); // the rank was told to stop before it
                continue;
            }
            const auto values = static_cast<std::size_t>(of_rank[1]);
            take(windows[k], k, of_rank[0], of_rank.subspan(2, values));
            at[rank] += 2 + values;
        }
    });
}

/// What came of a window, on the root.
void Rounds::take(const prices::Window& window, std::size_t number, double seconds,
                  std::span<const double> value) {
    const double gain_cny = improver_->take(number, value);
    solving_s_ += seconds;
    ++solved_;
    for (std::size_t t = window.begin; t < window.end; ++t) {
        gained_cny_[place(window, t)] += gain_cny / static_cast<double>(window.hours());
    }
}

/// PE-90  The windows of a round that are worth it, those that could gain most first; on the root.
std::vector<prices::Window> Rounds::in_order(int round) {
    std::vector<prices::Window> windows;
    for (int part = 0; part < ask_.parts; ++part) {
        const std::vector<prices::Window> own =
            prices::windows_of(static_cast<std::size_t>(ask_.coupling->hours), window_h,
                               static_cast<std::size_t>(round - 1) * window_h / 2, part);
        std::copy_if(
            own.begin(), own.end(), std::back_inserter(windows),
            [&](const prices::Window& w) { return round > ask_.rounds ? is_broken(w) : worth(w); });
    }
    improver_->begin(windows);
    std::vector<std::pair<double, std::size_t>> gain_cny;
    for (std::size_t k = 0; k < windows.size(); ++k) {
        gain_cny.emplace_back(-improver_->most_gain_cny(k), k);
    }
    std::sort(gain_cny.begin(), gain_cny.end());
    std::vector<prices::Window> ordered;
    for (const auto& [cny, k] : gain_cny) {
        ordered.push_back(windows[k]);
    }
    return ordered;
}

/// The first windows of an order that leave each other alone, as they follow each other in time;
/// they are taken out of it.
std::vector<prices::Window> Rounds::take_some(std::vector<prices::Window>& left) {
    std::vector<prices::Window> taken;
    std::vector<prices::Window> others;
    for (const prices::Window& window : left) {
        const bool alone =
            std::all_of(taken.begin(), taken.end(), [&](const prices::Window& other) {
                return window.begin >= other.free_end || other.begin >= window.free_end;
            });
        (alone && taken.size() < most_together ? taken : others).push_back(window);
    }
    std::sort(taken.begin(), taken.end(),
              [](const auto& a, const auto& b) { return a.begin < b.begin; });
    left = std::move(others);
    return taken;
}

void Rounds::judge() {
    improver_->judge([this](int hour, std::span<const double> channel) {
        return ask_.watch->broken(hour, channel, ask_.limits_per_hour);
    });
}

/// Whether the schedule is good enough; on the root.
bool Rounds::enough() {
    if (schedule_.broken_hours > 0) {
        judge();
    }
    return schedule_.broken_hours == 0 && ask_.enough(schedule_.cost_cny);
}

/// Windows that are solved from the same schedule. False where the run is to end; what they have
/// gained counts however it ends.
bool Rounds::go_through(std::vector<prices::Window> windows) {
    // All ranks know how many there are and where they begin.
    windows.resize(
        static_cast<std::size_t>(broadcast(comm_, static_cast<long long>(windows.size()))));
    for (prices::Window& window : windows) {
        window.begin =
            static_cast<std::size_t>(broadcast(comm_, static_cast<long long>(window.begin)));
    }
    on_root(comm_, [&] { improver_->begin(windows); });
    const std::size_t together = windows_a_rank * static_cast<std::size_t>(comm_.size());
    bool stopped = false;
    for (std::size_t first = 0; first < windows.size(); first += together) {
        stopped = sum(comm_, ask_.stop(longest_s_) ? 1LL : 0LL) > 0;
        if (stopped) {
            break;
        }
        solve_some(windows, first, std::min(first + together, windows.size()));
    }
    bool is_enough = false;
    on_root(comm_, [&] { is_enough = enough(); });
    return !stopped && broadcast(comm_, is_enough ? 1LL : 0LL) == 0;
}

void Rounds::run() {
    std::size_t hours = 0;
    on_root(comm_, [&] {
        improver_.emplace(*ask_.coupling, ask_.blocks, ask_.row_price, schedule_, ask_.part,
                          prices::Kept{ask_.held, ask_.limits});
        hours = static_cast<std::size_t>(ask_.coupling->hours);
    });
    bool goes_on = ask_.rounds > 0;
    for (int round = 1; goes_on; ++round) {
        const double cost_cny = schedule_.cost_cny;
        const int broken_hours = schedule_.broken_hours;
        gained_cny_.assign(static_cast<std::size_t>(ask_.parts) * hours, 0.0);
        solving_s_ = 0.0;
        solved_ = 0;
        std::vector<prices::Window> left;
        on_root(comm_, [&] { left = in_order(round); });
        const std::size_t all = left.size();
        while (goes_on && broadcast(comm_, static_cast<long long>(left.size())) > 0) {
            goes_on = go_through(take_some(left));
            journal_.progress(
                fmt::format("round {}, window {} of {}", round, all - left.size(), all), -1.0);
        }
        on_root(comm_, [&] { judge(); });
        journal_.say(fmt::format(
            "round {} of windows: {} solved in {:.1f} s, cost {:.8g} CNY, "
            "{:.4g} less{}",
            round, solved_, solving_s_, schedule_.cost_cny, cost_cny - schedule_.cost_cny,
            broken_hours == 0 ? ""
                              : fmt::format("; rows are broken in {} hours in place of {}",
                                            schedule_.broken_hours, broken_hours)));
        before_cny_ = gained_cny_;
        const bool mends = round < ask_.rounds + ask_.rounds_to_mend && schedule_.broken_hours > 0;
        const bool next = solved_ > 0 && (round < ask_.rounds || mends);
        goes_on = goes_on && broadcast(comm_, next ? 1LL : 0LL) != 0;
    }
}

} // namespace

void improve_schedule(const Comm& comm, const Improvement& improvement, Journal& journal,
                      prices::Dispatch& schedule) {
    Rounds(comm, improvement, journal, schedule).run();
}

} // namespace longyang::run
