#include "scop/corpus_proof.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "corpus/compare.hpp"
#include "corpus/generate.hpp"
#include "scop/corpus_json.hpp"

namespace scop::command {

namespace {

constexpr std::size_t most_examples = 20;
constexpr std::array faults{std::pair{Fault::meaning, "meaning"}, std::pair{Fault::reading, "reading"},
                            std::pair{Fault::writing, "writing"}, std::pair{Fault::keeping, "keeping"}};

mime::Leaf& first_leaf(mime::Entity& entity) {
  if (auto* embedded = std::get_if<mime::Embedded>(&entity.body)) return first_leaf(*embedded->message);
  auto* multipart = std::get_if<mime::Multipart>(&entity.body);
  if (multipart == nullptr) return std::get<mime::Leaf>(entity.body);
  if (multipart->parts.empty()) multipart->parts.push_back({{}, std::make_unique<mime::Entity>()});
  return first_leaf(*multipart->parts.front().entity);
}

void keep_aside(mime::Entity& entity) {
  auto& leaf = first_leaf(entity);
  std::string text;
  mime::append_encoded(text, leaf.octets, leaf.form);
  leaf.form = mime::Irregular{std::move(text)};
}

class Message {
 public:
  Message(corpus::Generated generated, mime_text::Charsets& charsets, Fault fault)
      : grade_(generated.grade),
        expected_(std::move(generated.expected)),
        octets_(std::move(generated.octets)),
        charsets_(charsets),
        fault_(fault) {
    if (fault_ == Fault::meaning) expected_.type += "x";
  }

  // The first thing that is wrong with it; empty: nothing.
  std::string difference() {
    auto entity = mime::parse(octets_, charsets_);
    if (fault_ == Fault::reading) first_leaf(entity).octets += "x";
    if (fault_ == Fault::keeping) keep_aside(entity);
    if (auto found = against_meaning(entity); !found.empty()) return found;
    if (grade_ != corpus::Grade::broken && !corpus::is_regular(entity))
      return "octets are kept aside where values should be";
    const auto size = octets_.size();
    const auto digest = sha256_hex(octets_);
    std::string().swap(octets_);  // from here on there are the values alone
    auto written = mime::encode(entity);
    if (fault_ == Fault::writing) written.back() = static_cast<char>(written.back() ^ 1);
    if (written.size() != size || sha256_hex(written) != digest) return "written again, its octets differ";
    const auto again = mime::parse(written, charsets_);
    return mime::equal(entity, again) ? against_meaning(again) : "read again, its values differ";
  }

 private:
  std::string against_meaning(const mime::Entity& entity) {
    auto found = corpus::differences(expected_, entity, charsets_);
    return found.empty() ? std::string() : std::move(found.front());
  }

  corpus::Grade grade_;
  corpus::ExpectedNode expected_;
  std::string octets_;
  mime_text::Charsets& charsets_;
  Fault fault_;
};

}  // namespace

std::uint64_t Tally::messages() const {
  std::uint64_t sum = 0;
  for (const auto& [label, row] : rows) sum += row.messages;
  return sum;
}

std::uint64_t Tally::wrong() const {
  std::uint64_t sum = 0;
  for (const auto& [label, row] : rows) sum += row.wrong;
  return sum;
}

std::vector<std::string> fault_names() {
  std::vector<std::string> names;
  for (const auto& [fault, name] : faults) names.emplace_back(name);
  return names;
}

Fault fault_of(std::string_view name) {
  for (const auto& [fault, known] : faults) {
    if (known == name) return fault;
  }
  return Fault::none;
}

Tally prove(std::uint64_t seed, std::uint64_t first, std::uint64_t count, Fault fault) {
  Tally tally;
  mime_text::Charsets charsets;
  for (auto number = first; number < first + count; ++number) {
    auto generated = corpus::generate(seed, number);
    tally.octets += generated.octets.size();
    std::string label(corpus::name_of(generated.grade));
    if (!generated.breakage.empty()) label.append(" ").append(generated.breakage);
    auto& row = tally.rows[label];
    ++row.messages;
    const auto difference =
        Message(std::move(generated), charsets, number % 100 == 0 ? fault : Fault::none).difference();
    if (difference.empty()) continue;
    ++row.wrong;
    if (tally.examples.size() < most_examples)
      tally.examples.push_back(fmt::format("{} ({}): {}", number, label, difference));
  }
  return tally;
}

void add(Tally& sum, const Tally& tally) {
  sum.octets += tally.octets;
  for (const auto& [label, row] : tally.rows) {
    sum.rows[label].messages += row.messages;
    sum.rows[label].wrong += row.wrong;
  }
  for (const auto& example : tally.examples) {
    if (sum.examples.size() < most_examples) sum.examples.push_back(example);
  }
}

}  // namespace scop::command
