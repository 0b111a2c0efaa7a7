"""Azure: results of Log Analytics as CSV and from the API, resource logs and the activity log."""

from __future__ import annotations

import json
from collections.abc import Callable

import pandas as pd


def test_the_heading_says_utc(read: Callable[..., pd.DataFrame]) -> None:
    rows = read(
        '"TimeGenerated [UTC]",Computer,SeverityLevel,SyslogMessage,n\n'
        '"2/14/2023, 10:45:33.257 AM",vm-1,err,"lost,\nand more",7\n'
        '"2/1/2023, 12:05:00.000 PM",vm-1,info,"said ""no""",8\n',
        zone="Asia/Tokyo",
    )
    assert rows.attrs["format"] == "azure_log_analytics"
    assert rows["time"].tolist() == [pd.Timestamp("2023-02-14T10:45:33.257Z"), pd.Timestamp("2023-02-01T12:05:00Z")]
    assert rows["message"].tolist() == ["lost,\nand more", 'said "no"']
    assert rows[["line_start", "line_end"]].to_numpy().tolist() == [[2, 3], [4, 4]]
    assert rows["severity_number"].tolist() == [17, 9]
    assert rows["host"].tolist() == ["vm-1"] * 2
    assert rows["n"].tolist() == [7, 8]
    assert any("month first" in said and "2/14/2023" in said for said in rows.attrs["said"])


def test_the_heading_says_local_time(read: Callable[..., pd.DataFrame]) -> None:
    text = '"TimeGenerated [Local Time]",Computer,Message\n"14/02/2023, 10:45:33.257",vm-1,lost\n'
    rows = read(text, zone="Europe/Berlin")
    assert rows.attrs["format"] == "azure_log_analytics_local"
    assert rows["time"].tolist() == [pd.Timestamp("2023-02-14T09:45:33.257Z")]
    assert rows["zone"].tolist() == ["assumed:Europe/Berlin"]
    assert any("no zone" in said for said in read(text).attrs["said"])


def test_without_a_mark_it_is_utc(read: Callable[..., pd.DataFrame]) -> None:
    rows = read(
        ",TenantId,TimeGenerated,SeverityLevel,Message\n0,t,2023-02-14 10:45:33.257,3,lost\n", zone="Asia/Tokyo"
    )
    assert rows["time"].tolist() == [pd.Timestamp("2023-02-14T10:45:33.257Z")]
    assert rows["severity_number"].tolist() == [17], "Application Insights counts 0 to 4"
    assert "column_1" not in rows


def test_tables_of_the_api(read: Callable[..., pd.DataFrame]) -> None:
    columns = [{"name": n, "type": "string"} for n in ("TimeGenerated", "Message", "Level", "source")]
    given = {
        "tables": [
            {
                "name": "PrimaryResult",
                "columns": columns,
                "rows": [["2023-02-14T10:45:33.2570001Z", "a", "Error", "x"]],
            },
            {"name": "Second", "columns": columns, "rows": [["2023-02-14T10:45:34Z", "b", "Warning", None], ["short"]]},
        ],
        "error": {"code": "PartialError"},
    }
    rows = read(json.dumps(given, indent=1))
    assert rows.attrs["format"] == "azure_tables"
    assert rows["time"].tolist()[:2] == [
        pd.Timestamp("2023-02-14T10:45:33.2570001Z"),
        pd.Timestamp("2023-02-14T10:45:34Z"),
    ]
    assert rows["parsed"].tolist() == [True, True, False]
    assert rows.loc[0, "attributes.source"] == "x", "a column of a name that the reader keeps for itself"
    assert any("PartialError" in said for said in rows.attrs["said"])


def test_a_cut_answer_of_the_api(read: Callable[..., pd.DataFrame]) -> None:
    columns = [{"name": "TimeGenerated", "type": "datetime"}, {"name": "Message", "type": "string"}]
    text = json.dumps(
        {"tables": [{"name": "P", "columns": columns, "rows": [["2023-02-14T10:45:33Z", "a"]] * 3}]}, indent=1
    )
    rows = read(text[: text.rindex('"a"')])
    assert rows["parsed"].tolist() == [True, True, False]


def test_resource_logs(read: Callable[..., pd.DataFrame]) -> None:
    resource = "/subscriptions/s/resourceGroups/g/providers/MICROSOFT.NETWORK/APPLICATIONGATEWAYS/gw"
    access = {
        "timeStamp": "2026-01-02T11:00:00+01:00", "resourceId": resource, "category": "ApplicationGatewayAccessLog",
        "operationName": "ApplicationGatewayAccess",
        "properties": {"httpMethod": "GET", "requestUri": "/a", "httpStatus": 502, "timeTaken": 0.034, "sentBytes": 9,
                       "clientIP": "192.0.2.7", "serverStatus": "-"},
    }  # fmt: skip
    audit = {
        "time": "2026-01-02T10:00:01.5Z", "resourceId": resource, "category": "kube-audit", "operationName": "x",
        "level": "Warning", "properties": json.dumps({"log": "inside", "pod": "p-1"}),
    }  # fmt: skip
    rows = read(json.dumps(access) + "\n" + json.dumps(audit) + "\n")
    assert rows.attrs["format"] == "azure_resource"
    assert rows["time"].tolist() == [pd.Timestamp("2026-01-02T10:00:00Z"), pd.Timestamp("2026-01-02T10:00:01.5Z")]
    assert rows["severity_number"].tolist() == [17, 13]
    assert rows["message"].tolist() == ["GET /a 502", "inside"]
    assert rows["duration_s"].tolist()[0] == 0.034
    assert rows.loc[1, "host"] == "p-1"
    assert "upstream_status" not in rows, "- is missing, not 0"


def test_a_list_of_records(read: Callable[..., pd.DataFrame]) -> None:
    event = {
        "eventTimestamp": "2026-01-02T10:00:00Z", "resourceId": "/subscriptions/s", "level": "Informational",
        "operationName": {"value": "stop", "localizedValue": "Stop"}, "category": {"value": "Administrative"},
        "status": {"value": "Failed"}, "caller": "made-up",
    }  # fmt: skip
    rows = read(json.dumps({"value": [event, event]}, indent=1))
    assert rows["message"].tolist() == ["stop Failed"] * 2
    assert rows["severity_number"].tolist() == [9, 9]
    assert rows["line_start"].tolist() == [3, 19]


def test_objects_of_the_command_line_and_of_the_export(read: Callable[..., pd.DataFrame]) -> None:
    row = {
        "TableName": "PrimaryResult",
        "TimeGenerated": "2026-01-02T10:00:00.1234567Z",
        "Message": "lost",
        "Level": "Error",
    }
    rows = read(json.dumps([row, row], indent=1))
    assert rows.attrs["format"] == "azure_tables"
    assert rows["time"].tolist() == [pd.Timestamp("2026-01-02T10:00:00.1234567Z")] * 2
    assert rows["severity_number"].tolist() == [17, 17]
    exported = {**row, "Type": "Syslog", "TenantId": "t"}
    rows = read(json.dumps(exported) + "\n" + json.dumps(exported)[:-9] + "\n" + json.dumps(exported) + "\n")
    assert rows.attrs["format"] == "azure_tables"
    assert rows["parsed"].tolist() == [True, False, True]


def test_application_insights_by_other_ways(read: Callable[..., pd.DataFrame]) -> None:
    plain = read(
        "timestamp,message,severityLevel,itemType,operation_Id,cloud_RoleName\n"
        "2026-01-02T10:00:00.2500000Z,lost,3,trace,made,shop\n"
    )
    exported = read(
        '{"time":"2026-01-02T10:00:00.2500000Z","resourceId":"/SUBSCRIPTIONS/MADE/X","Type":"AppTraces",'
        '"AppRoleName":"shop","AppRoleInstance":"made-1","OperationId":"made","Message":"lost","SeverityLevel":3}\n'
    )
    assert [f.attrs["format"] for f in (plain, exported)] == ["azure_log_analytics", "azure_tables"]
    for frame in (plain, exported):
        assert str(frame["time"][0]) == "2026-01-02 10:00:00.250000+00:00"
        assert (frame["severity_number"][0], frame["service"][0], frame["trace_id"][0]) == (17, "shop", "made")
        assert frame["message"][0] == "lost"


def test_requests_have_a_code_and_no_level(read: Callable[..., pd.DataFrame]) -> None:
    frame = read(
        '"timestamp [UTC]",name,success,resultCode,duration,url\n'
        '"1/22/2026, 10:00:00.250 AM",GET /,False,503,12.5,https://made-up.example/\n'
    )
    assert (frame["status"][0], frame["severity_number"][0], frame["message"][0]) == (503, 17, "GET /")


def test_what_containers_logged_is_read_again(read: Callable[..., pd.DataFrame]) -> None:
    frame = read(
        "TimeGenerated [UTC],LogEntry,Computer\n"
        '"1/22/2026, 10:00:00.250 AM","{""level"":""error"",""msg"":""lost""}",made-1\n'
        '"1/22/2026, 10:00:01.250 AM","{""level"":""info"",""msg"":""ok""}",made-1\n'
    )
    assert list(frame["message"]) == ["lost", "ok"]
    assert list(frame["severity_number"]) == [17, 9]
    assert list(frame["host"]) == ["made-1"] * 2


def test_app_service_writes_the_names_of_iis(read: Callable[..., pd.DataFrame]) -> None:
    frame = read(
        '{ "time": "2026-01-02T10:00:00Z", "category": "AppServiceHTTPLogs", "resourceId": "/SUBSCRIPTIONS/MADE/X", '
        '"properties": "{\\"CsMethod\\":\\"GET\\",\\"CsUriStem\\":\\"/made\\",\\"ScStatus\\":503,'
        '\\"TimeTaken\\":1250,\\"CIp\\":\\"192.0.2.7\\",\\"ComputerName\\":\\"made-1\\"}"}\n'
    )
    assert frame.attrs["format"] == "azure_resource"
    assert (frame["status"][0], frame["duration_s"][0], frame["client"][0]) == (503, 1.25, "192.0.2.7")
    assert (frame["message"][0], frame["host"][0], frame["severity_number"][0]) == ("GET /made 503", "made-1", 17)


def test_a_message_put_together_from_columns_is_not_read_again(read: Callable[..., pd.DataFrame]) -> None:
    frame = read(
        '"TimeGenerated [UTC]",level,count_\n"1/22/2026, 10:00:00.250 AM",info,12\n"1/22/2026, 10:05:00.250 AM",warn,13\n'
    )
    assert "inner_format" not in frame.columns
    assert list(frame["message"]) == ["level=info count_=12", "level=warn count_=13"]
    assert list(frame["count_"]) == [12, 13]
    assert not any(name.startswith("\0") for name in frame.columns)
