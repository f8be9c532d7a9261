#include "risk/json.hpp"

#include "risk/page.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace scop::risk {

namespace {

namespace json = boost::json;

json::string text(std::string_view value) {
  const auto shown = clean(value);
  return json::string(shown.data(), shown.size());
}

template <class Range, class Make>
json::array list(const Range& range, Make make) {
  json::array array;
  for (const auto& one : range) array.push_back(make(one));
  return array;
}

json::object finding(const Finding& one) {
  return {{"id", text(one.id)},
          {"severity", text(name_of(one.severity))},
          {"subject", text(one.subject)},
          {"what", text(one.what)},
          {"why", text(one.why)},
          {"remedy", text(one.remedy)},
          {"source", text(name_of(one.source))}};
}

json::object ability(const Ability& one) {
  return {{"power", text(one.power)},
          {"what", text(one.what)},
          {"because", text(one.because)},
          {"source", text(name_of(one.source))}};
}

json::object takeover(const Takeover& one) {
  return {{"can", list(one.can, ability)},
          {"cannot", list(one.cannot, ability)},
          {"falls", list(one.falls,
                         [](const Fallen& fallen) {
                           return json::object{{"holder", text(fallen.holder)},
                                               {"name", text(fallen.what)},
                                               {"if_lost", text(fallen.if_lost)},
                                               {"because", text(fallen.because)},
                                               {"source", text(name_of(fallen.source))}};
                         })},
          {"calls", list(one.calls,
                         [](const Callable& call) {
                           return json::object{{"callee", text(call.callee)},
                                               {"method", text(call.method)},
                                               {"allows", text(call.allows)},
                                               {"bounded_by", text(call.bounded_by)}};
                         })},
          {"passes", list(one.passes,
                          [](const Passing& passing) {
                            return json::object{{"with", text(passing.with)},
                                                {"method", text(passing.method)},
                                                {"carries", text(passing.data)}};
                          })},
          {"next", list(one.next, [](const Next& next) {
             return json::object{{"neighbour", text(next.neighbour)},
                                 {"way", text(next.way)},
                                 {"adds", list(next.adds, text)}};
           })}};
}

json::object daemon(const DaemonReport& one) {
  return {{"name", text(one.name)},
          {"job", text(one.job)},
          {"state", text(one.state)},
          {"exposes", list(one.exposes,
                           [](const Exposure& exposure) {
                             return json::object{{"at", text(exposure.at)},
                                                 {"what", text(exposure.what)},
                                                 {"to_whom", text(exposure.to_whom)},
                                                 {"source", text(name_of(exposure.source))}};
                           })},
          {"holds", list(one.holds,
                         [](const Holding& holding) {
                           return json::object{{"place", text(holding.place)},
                                               {"name", text(holding.what)},
                                               {"as_found", text(holding.as_found)},
                                               {"secret", holding.is_secret},
                                               {"source", text(name_of(holding.source))}};
                         })},
          {"may_call", list(one.may_call, text)},
          {"reaches", text(one.reaches)},
          {"reaches_source", text(name_of(one.reaches_source))},
          {"walls", list(one.walls,
                         [](const Wall& wall) {
                           return json::object{{"name", text(wall.name)},
                                               {"stands", wall.stands},
                                               {"why_not", text(wall.why_not)},
                                               {"source", text(name_of(wall.source))}};
                         })},
          {"takeover", takeover(one.takeover)}};
}

json::object data(const DataReport& one) {
  return {{"data", text(one.data)},
          {"meaning", text(one.meaning)},
          {"flows", list(one.flows,
                         [](const Flow& flow) {
                           return json::object{
                               {"from", text(flow.from)}, {"to", text(flow.to)}, {"by", text(flow.by)}};
                         })},
          {"rests", list(one.rests, [](const Rest& rest) {
             return json::object{{"holder", text(rest.holder)},
                                 {"name", text(rest.what)},
                                 {"place", text(rest.place)},
                                 {"how_long", text(rest.how_long)},
                                 {"source", text(name_of(rest.source))}};
           })}};
}

}  // namespace

json::object to_json(const Report& report) {
  const auto counts = count_sources(report);
  return {{"kind", "scop risk report"},
          {"when", std::chrono::floor<std::chrono::seconds>(report.when).time_since_epoch().count()},
          {"config", text(report.config)},
          {"domain", text(report.domain)},
          {"host", text(report.host)},
          {"sources", json::object{{"configuration", counts.at(0)},
                                   {"disk", counts.at(1)},
                                   {"daemon", counts.at(2)},
                                   {"kernel", counts.at(3)}}},
          {"not_looked_at", list(report.not_looked_at, text)},
          {"findings", list(report.findings, finding)},
          {"chains", list(report.chains,
                          [](const Chain& chain) {
                            return json::object{{"power", text(chain.power)},
                                                {"what", text(chain.what)},
                                                {"break_ins", chain.path.size()},
                                                {"path", list(chain.path, text)}};
                          })},
          {"daemons", list(report.daemons, daemon)},
          {"data", list(report.data, data)}};
}

}  // namespace scop::risk
